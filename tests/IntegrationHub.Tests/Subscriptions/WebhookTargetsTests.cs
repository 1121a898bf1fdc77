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

    // Whatever a host is written as, the address that is connected to decides.
    [Theory]
    [InlineData("https://127.0.0.1/")]
    [InlineData("https://2130706433/")] // decimal
    [InlineData("https://017700000001/")] // octal
    [InlineData("https://0x7f000001/")] // hexadecimal
    [InlineData("https://127.1/")] // short
    [InlineData("https://0177.0.0.1/")]
    [InlineData("https://0x7f.0.0.1/")]
    [InlineData("https://0/")]
    [InlineData("https://10.0.0.1/")]
    [InlineData("https://169.254.169.254/latest/meta-data/")]
    [InlineData("https://[::1]/")]
    [InlineData("https://[::]/")]
    [InlineData("https://[::ffff:127.0.0.1]/")]
    [InlineData("https://[::ffff:7f00:1]/")]
    [InlineData("https://[64:ff9b::7f00:1]/")]
    [InlineData("https://[2002:7f00:1::]/")]
    [InlineData("https://[fc00::1]/")]
    [InlineData("https://[fe80::1%25eth0]/")]
    [InlineData("https://localhost/")]
    [InlineData("https://LOCALHOST./")]
    [InlineData("https://\uFF11\uFF12\uFF17.0.0.1/")] // full-width digits
    [InlineData("https://127\u30020\u30020\u30021/")] // ideographic full stops
    public async Task However_an_address_inside_is_written_it_is_refused(string url)
    {
        var targets = new WebhookTargets(Options.Create(new SubscriptionOptions()), Dns.GetHostAddressesAsync);

        var refusal = await Record.ExceptionAsync(async () =>
            await targets.Resolve(new Uri(url), TestContext.Current.CancellationToken));

        Assert.True(refusal is TargetRefusedException or UriFormatException or System.Net.Sockets.SocketException, $"{url}: {refusal}");
    }

    [Theory]
    [InlineData(22)]
    [InlineData(80)]
    [InlineData(5432)]
    [InlineData(6379)]
    public async Task Another_port_than_those_of_the_web_is_refused(int port) =>
        await Assert.ThrowsAsync<TargetRefusedException>(() => Targets(Public).Resolve(
            new Uri($"https://charity.example:{port}/hooks"), TestContext.Current.CancellationToken));

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
