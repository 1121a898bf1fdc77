using IntegrationHub.Subscriptions;

namespace IntegrationHub.Tests.Subscriptions;

public sealed class ApiKeyTests
{
    [Fact]
    public void A_key_is_found_by_the_hash_it_was_made_with()
    {
        var (key, hash) = ApiKey.Create();

        Assert.Equal(hash, ApiKey.HashOf(key));
    }

    [Fact]
    public void Another_key_has_another_hash() =>
        Assert.NotEqual(ApiKey.Create().Hash, ApiKey.HashOf(ApiKey.Create().Key));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("hub_")]
    [InlineData("hub_AAAA")]
    [InlineData("HUB_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("hub_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA!")]
    [InlineData("hub_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void What_cannot_be_a_key_has_no_hash(string? text) => Assert.Null(ApiKey.HashOf(text));

    [Fact]
    public void A_new_subscription_prints_neither_of_its_secrets()
    {
        var subscription = new NewSubscription(Guid.Empty, "51410499501000017E", "hub_secret-key", "whsec_secret");

        Assert.DoesNotContain("secret", subscription.ToString(), StringComparison.Ordinal);
    }
}
