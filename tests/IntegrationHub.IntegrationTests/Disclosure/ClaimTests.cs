using System.Text;
using IntegrationHub.Contracts;
using IntegrationHub.Contracts.Canonical;
using IntegrationHub.IntegrationTests.Subscriptions;
using static IntegrationHub.IntegrationTests.Disclosure.ReferralWorld;

namespace IntegrationHub.IntegrationTests.Disclosure;

/// <summary>A claim belongs to one organisation and one key, for a while (scenario 24).</summary>
public sealed class ClaimTests(HubDatabases databases)
{
    private const byte OwnKey = 1;
    private const byte StolenInto = 2;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Scenario_24_a_retry_with_the_same_key_gives_the_same_bytes_and_another_key_gets_nothing()
    {
        await using var world = await ReferralWorld.Open(databases);
        var referral = await world.Accepted();

        var first = await world.Claims.Fetch(Calling(County, OwnKey), referral, 1, null, Token);
        world.Time.Advance(TimeSpan.FromHours(23));
        var retried = await world.Claims.Fetch(Calling(County, OwnKey), referral, 1, null, Token);
        var stolen = await Code(() => world.Claims.Fetch(Calling(County, StolenInto), referral, 1, null, Token));
        var foreign = await Code(() => world.Claims.Fetch(Calling(City, OwnKey), referral, 1, null, Token));

        Assert.Equal(first.Body, retried.Body);
        Assert.Equal(first.ClaimId, retried.ClaimId);
        Assert.Equal(("claim.other_key", "referral.not_found"), (stolen, foreign));
        Assert.Equal("1 2 2", await world.Database.Ask(
            """
            select count(*), max(sends), (select count(*) from disclosure.decision where step = 'CLAIM' and permitted)
              from disclosure.release
            """));
        Assert.Equal($"charity:{City} referral.not_found,charity:{County} claim.other_key", await world.Database.Ask(
            """
            select string_agg(actor || ' ' || (detail::jsonb ->> 'reason'), ',' order by sequence desc)
              from audit.entry
             where action = 'claim.refused'
            """));
    }

    [Fact]
    public async Task Scenario_24_after_it_has_expired_any_key_of_the_organisation_opens_a_new_one_and_a_new_release_is_recorded()
    {
        await using var world = await ReferralWorld.Open(databases);
        var referral = await world.Accepted();
        var first = await world.Claims.Fetch(Calling(County, OwnKey), referral, 1, null, Token);

        world.Time.Advance(TimeSpan.FromHours(24));
        var second = await world.Claims.Fetch(Calling(County, StolenInto), referral, 1, null, Token);
        var old = await Code(() => world.Claims.Fetch(Calling(County, OwnKey), referral, 1, null, Token));

        Assert.NotEqual(first.ClaimId, second.ClaimId);
        Assert.Equal("claim.other_key", old);
        Assert.Equal("2 2 1", await world.Database.Ask(
            "select count(*), count(distinct claim_id), max(sends) from disclosure.release"));
    }

    [Fact]
    public async Task A_refused_fetch_opens_no_claim_and_binds_no_key()
    {
        await using var world = await ReferralWorld.Open(databases);
        await world.Agree(ToClass());
        await world.Open(world.Need("XQ-1"));
        await world.Route();
        await world.Answers.Accept(Calling(County), world.ReferralOf("XQ-1"), 1, Token);

        Assert.Equal(ReasonCode.ConsentNeedNamed, await Code(
            () => world.Claims.Fetch(Calling(County, OwnKey), world.ReferralOf("XQ-1"), 1, null, Token)));
        Assert.Equal("0", await world.Database.Ask("select count(*) from disclosure.claim"));
        await world.Agree(Named("TY-2", County));
        await world.Claims.Fetch(Calling(County, StolenInto), world.ReferralOf("XQ-1"), 1, null, Token);

        Assert.Equal("1", await world.Database.Ask("select count(*) from disclosure.claim where key_hash = '\\x02'"));
    }

    [Fact]
    public async Task R15_a_repeat_is_decided_afresh_and_a_withdrawal_in_between_ends_it()
    {
        await using var world = await ReferralWorld.Open(databases);
        var referral = await world.Accepted();
        await world.Claims.Fetch(Calling(County, OwnKey), referral, 1, null, Token);
        await world.Agree(Withdrawal(Named("TY-2", County), world.Time.GetUtcNow()));

        var refused = await Code(() => world.Claims.Fetch(Calling(County, OwnKey), referral, 1, null, Token));

        Assert.Equal(ReasonCode.ConsentWithdrawn, refused);
        Assert.Equal("1 1", await world.Database.Ask("select count(*), max(sends) from disclosure.release"));
    }

    [Fact]
    public async Task P12_a_value_corrected_while_the_claim_stands_is_a_second_release_under_it()
    {
        await using var world = await ReferralWorld.Open(databases);
        var referral = await world.Accepted();
        var first = await world.Claims.Fetch(Calling(County, OwnKey), referral, 1, ["name", "phone"], Token);
        await world.Answers.Progress(Calling(County), referral, 1, Token);
        await world.Know(1, phone: "示例电话二", version: 2);

        var corrected = await world.Claims.Fetch(Calling(County, OwnKey), referral, 1, ["name", "phone"], Token);

        Assert.Equal(first.ClaimId, corrected.ClaimId);
        Assert.Contains("示例电话二", Encoding.UTF8.GetString(corrected.Body), StringComparison.Ordinal);
        Assert.Equal("2 IN_PROGRESS", await world.Database.Ask(
            "select (select count(*) from disclosure.release), state from referrals.referral"));
    }

    [Fact]
    public async Task P16_a_release_keeps_a_digest_of_each_item_and_no_value()
    {
        await using var world = await ReferralWorld.Open(databases);
        var referral = await world.Accepted();
        await world.Claims.Fetch(Calling(County, OwnKey), referral, 1, ["name", "phone"], Token);

        var digests = await world.Database.Ask("select cardinality(item_digests), cardinality(items) from disclosure.release");
        var stored = await world.Database.Ask("select release::text from disclosure.release release");

        Assert.Equal("2 2", digests);
        Assert.DoesNotContain(Name, stored, StringComparison.Ordinal);
        Assert.DoesNotContain(Phone, stored, StringComparison.Ordinal);
    }

    private static async Task<string> Code<T>(Func<Task<T>> call) =>
        (await Assert.ThrowsAsync<HubProblemException>(call)).Code;
}
