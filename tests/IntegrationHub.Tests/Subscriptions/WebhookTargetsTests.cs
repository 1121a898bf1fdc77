using System.Net;
using IntegrationHub.Subscriptions;
using Microsoft.Extensions.Options;

namespace IntegrationHub.Tests.Subscriptions;

public sealed class WebhookTargetsTests
{
    private const string Public = "93.184.215.14";

    [Theory]
    [InlineData("https://charity.example/hooks")]
    [InlineData("https://charity.example:8443/hooks?tenant=1")]
    [InlineData("http://127.0.0.1:5080/webhooks")]
    [InlineData("http://127.0.0.1:5080/webhooks/51410499501000017E")]
    public async Task An_allowed_target_is_resolved(string url) =>
        Assert.NotEmpty(await Targets(Public).Resolve(new Uri(url), TestContext.Current.CancellationToken));

    [Theory]
    [InlineData("http://charity.example/hooks")] // not https
    [InlineData("ftp://charity.example/hooks")]
    [InlineData("https://user:word@charity.example/hooks")] // a name before the host deceives readers
    [InlineData("https://charity.example/hooks#part")]
    [InlineData("http://127.0.0.1:50800/webhooks")] // a longer port is another port
    [InlineData("http://127.0.0.1:5080/webhooksecret")] // a longer name is another path
    [InlineData("http://127.0.0.1:5080/webhooks/../admin")]
    [InlineData("http://127.0.0.1:5080/")]
    [InlineData("http://127.0.0.1:5080@charity.example/webhooks")]
    [InlineData("http://127.0.0.1.charity.example:5080/webhooks")]
    [InlineData("/webhooks")]
    public async Task Any_other_shape_is_refused(string url) =>
        await Assert.ThrowsAsync<TargetRefusedException>(() => Targets(Public).Resolve(
            new Uri(url, UriKind.RelativeOrAbsolute), TestContext.Current.CancellationToken));

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("10.1.2.3")]
    [InlineData("169.254.169.254")]
    [InlineData("::1")]
    [InlineData("::ffff:192.168.1.1")]
    [InlineData(Public, "10.1.2.3")] // one bad address spoils the name
    public async Task A_name_that_leads_inside_is_refused(params string[] addresses) =>
        await Assert.ThrowsAsync<TargetRefusedException>(() => Targets(addresses).Resolve(
            new Uri("https://charity.example/hooks"), TestContext.Current.CancellationToken));

    [Fact]
    public async Task A_name_that_leads_nowhere_is_refused() =>
        await Assert.ThrowsAsync<TargetRefusedException>(() => Targets().Resolve(
            new Uri("https://charity.example/hooks"), TestContext.Current.CancellationToken));

    [Fact]
    public async Task Below_an_allowed_address_a_private_network_is_allowed() =>
        Assert.Equal(
            [IPAddress.Loopback],
            await Targets("127.0.0.1").Resolve(
                new Uri("http://127.0.0.1:5080/webhooks/1"), TestContext.Current.CancellationToken));

    private static WebhookTargets Targets(params string[] addresses) => new(
        Options.Create(new SubscriptionOptions { AllowedTargets = [new Uri("http://127.0.0.1:5080/webhooks/")] }),
        (_, _) => Task.FromResult(addresses.Select(IPAddress.Parse).ToArray()));
}
