using System.Net;
using IntegrationHub.Subscriptions;
using Microsoft.Extensions.Options;

namespace IntegrationHub.IntegrationTests.Subscriptions;

public sealed class WebhookClientTests
{
    [Fact]
    public async Task A_name_that_leads_inside_by_the_time_of_connecting_is_not_connected_to()
    {
        await using var inside = new FakeSubscriber(_ => FakeSubscriber.Answer(200));
        var answers = new Queue<string>(["93.184.215.14", "127.0.0.1", "127.0.0.1"]);
        var options = Options.Create(new SubscriptionOptions { AllowedPorts = [inside.Address.Port] });
        var targets = new WebhookTargets(options, (_, _) => Task.FromResult(new[] { IPAddress.Parse(answers.Dequeue()) }));
        var target = new Uri($"https://charity.example:{inside.Address.Port}/hooks");
        using var client = new WebhookClient(targets, options, TimeProvider.System);

        await targets.Resolve(target, TestContext.Current.CancellationToken); // as when the subscription was added
        var outcome = await client.Post(target, [new byte[32]], Guid.CreateVersion7(), [1], TestContext.Current.CancellationToken);

        Assert.Equal(new DeliveryOutcome.Refused("target"), outcome);
        Assert.Empty(inside.Received);
    }

    [Fact]
    public async Task The_same_address_is_connected_to_where_it_is_allowed()
    {
        await using var inside = new FakeSubscriber(_ => FakeSubscriber.Answer(200));
        var options = Options.Create(new SubscriptionOptions { AllowedTargets = [inside.Address] });
        var targets = new WebhookTargets(options, Dns.GetHostAddressesAsync);
        using var client = new WebhookClient(targets, options, TimeProvider.System);

        var outcome = await client.Post(
            inside.Address, [new byte[32]], Guid.CreateVersion7(), [1], TestContext.Current.CancellationToken);

        Assert.Equal(new DeliveryOutcome.Delivered(HttpStatusCode.OK), outcome);
    }

    [Fact]
    public async Task A_target_that_was_taken_off_the_list_is_not_reached_over_an_open_connection()
    {
        await using var inside = new FakeSubscriber(_ => FakeSubscriber.Answer(200));
        var options = Options.Create(new SubscriptionOptions { AllowedTargets = [inside.Address] });
        using var client = new WebhookClient(
            new WebhookTargets(options, Dns.GetHostAddressesAsync), options, TimeProvider.System);
        var elsewhere = new Uri(inside.Address, "/elsewhere");

        await client.Post(inside.Address, [new byte[32]], Guid.CreateVersion7(), [1], TestContext.Current.CancellationToken);
        var outcome = await client.Post(elsewhere, [new byte[32]], Guid.CreateVersion7(), [1], TestContext.Current.CancellationToken);

        Assert.Equal(new DeliveryOutcome.Refused("target"), outcome);
        Assert.Single(inside.Received);
    }
}
