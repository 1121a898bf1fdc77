using IntegrationHub.Subscriptions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace IntegrationHub.Tests.Subscriptions;

public sealed class SubscriptionOptionsTests
{
    [Fact]
    public void The_defaults_are_valid() => Assert.Empty(Bind().AllowedTargets);

    [Fact]
    public void Allowed_targets_are_read_as_addresses() =>
        Assert.Equal(
            [new Uri("http://127.0.0.1:5080/webhooks")], Bind(("AllowedTargets:0", "http://127.0.0.1:5080/webhooks")).AllowedTargets);

    [Theory]
    [InlineData("AllowedTargets:0", "webhooks")]
    [InlineData("AllowedTargets:0", "ftp://127.0.0.1/")]
    [InlineData("AllowedTargets:0", "http://user@127.0.0.1/")]
    [InlineData("Lanes", "0")]
    [InlineData("BatchSize", "0")]
    [InlineData("Lease", "00:00:12")] // not longer than a batch and one more request
    public void What_cannot_be_meant_stops_the_start(string name, string value) =>
        Assert.Throws<OptionsValidationException>(() => Bind((name, value)));

    private static SubscriptionOptions Bind(params (string Name, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.ToDictionary(
                setting => $"Hub:Subscriptions:{setting.Name}", setting => (string?)setting.Value))
            .Build();
        using var provider = new ServiceCollection()
            .AddSingleton<IConfiguration>(configuration)
            .AddSubscriptions()
            .BuildServiceProvider();
        return provider.GetRequiredService<IOptions<SubscriptionOptions>>().Value;
    }
}
