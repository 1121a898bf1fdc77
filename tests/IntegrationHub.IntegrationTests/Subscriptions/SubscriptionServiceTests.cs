using System.Buffers.Text;
using System.Security.Cryptography;
using IntegrationHub.Audit;
using IntegrationHub.Contracts;
using static IntegrationHub.IntegrationTests.Subscriptions.Subscriber;

namespace IntegrationHub.IntegrationTests.Subscriptions;

public sealed class SubscriptionServiceTests(HubDatabases databases)
{
    private static readonly Uri Target = new("http://127.0.0.1:5080/hooks");

    [Fact]
    public async Task The_key_of_a_new_subscription_finds_its_organisation_and_another_key_finds_nobody()
    {
        await using var database = await databases.Create(TestContext.Current.CancellationToken);
        var service = Service(database.Hub, Target);

        var added = await service.Add(One, Target.ToString(), TestContext.Current.CancellationToken);

        var caller = await service.FindCaller(added.ApiKey, TestContext.Current.CancellationToken);
        Assert.Equal(One, caller?.Uscc);
        Assert.Null(await service.FindCaller(added.ApiKey[..^1] + "_", TestContext.Current.CancellationToken));
        Assert.Null(await service.FindCaller(null, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_revoked_key_finds_nobody()
    {
        await using var database = await databases.Create(TestContext.Current.CancellationToken);
        var added = await Subscribe(database.Hub, One, Target);

        await database.Run("update subscriptions.api_key set revoked_at = now()");

        Assert.Null(await Service(database.Hub).FindCaller(added.ApiKey, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Neither_key_nor_secret_can_be_read_from_the_database_but_the_secret_can_be_opened()
    {
        await using var database = await databases.Create(TestContext.Current.CancellationToken);
        var added = await Subscribe(database.Hub, One, Target);
        var secret = Convert.FromBase64String(added.Secret["whsec_".Length..]);

        var stored = await database.Ask(
            "select encode(k.key_hash, 'hex'), encode(s.secret, 'hex') from subscriptions.subscription s, subscriptions.api_key k");

        Assert.DoesNotContain(Convert.ToHexStringLower(secret), stored, StringComparison.Ordinal);
        Assert.StartsWith(
            Convert.ToHexStringLower(SHA256.HashData(Base64Url.DecodeFromChars(added.ApiKey.AsSpan("hub_".Length)))),
            stored, StringComparison.Ordinal);
        Assert.Equal(secret, Keyring.OpenFromStore(Convert.FromHexString(stored.Split(' ')[1])));
    }

    [Fact]
    public async Task The_same_address_twice_is_refused_and_leaves_no_second_key()
    {
        await using var database = await databases.Create(TestContext.Current.CancellationToken);
        await Subscribe(database.Hub, One, Target);

        var refusal = await Assert.ThrowsAsync<HubProblemException>(() => Subscribe(database.Hub, One, Target));

        Assert.Equal("subscription.exists", refusal.Code);
        Assert.Equal("1", await database.Ask("select count(*) from subscriptions.api_key"));
        await Subscribe(database.Hub, Other, Target);
    }

    [Theory]
    [InlineData("51410499501000017F", "http://127.0.0.1:5080/hooks", "request.invalid")]
    [InlineData(One, "http://127.0.0.1:5081/hooks", "subscription.target")]
    [InlineData(One, "https://127.0.0.1/hooks", "subscription.target")]
    [InlineData(One, "hooks", "subscription.target")]
    public async Task A_wrong_code_or_target_is_refused_by_its_code(string uscc, string url, string code)
    {
        await using var database = await databases.Create(TestContext.Current.CancellationToken);

        var refusal = await Assert.ThrowsAsync<HubProblemException>(() =>
            Service(database.Hub, Target).Add(uscc, url, TestContext.Current.CancellationToken));

        Assert.Equal(code, refusal.Code);
        Assert.Equal("0", await database.Ask("select count(*) from subscriptions.subscription"));
    }

    [Fact]
    public async Task Adding_is_audited_without_the_secrets()
    {
        await using var database = await databases.Create(TestContext.Current.CancellationToken);
        var added = await Subscribe(database.Hub, One, Target);

        var entry = await database.Ask("select action, subject, detail from audit.entry");
        Assert.StartsWith($"subscription.added {added.SubscriptionId} ", entry, StringComparison.Ordinal);
        Assert.DoesNotContain(added.ApiKey, entry, StringComparison.Ordinal);
        await using var work = await database.Hub.Begin(TestContext.Current.CancellationToken);
        Assert.Null((await AuditLog.Verify(work, TestContext.Current.CancellationToken)).Broken);
    }
}
