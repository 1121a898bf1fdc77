using IntegrationHub.Bus;
using IntegrationHub.Subscriptions;
using IntegrationHub.Testing.Servers;
using Microsoft.Extensions.Options;
using RabbitMQ.Client;
using static IntegrationHub.IntegrationTests.Subscriptions.Subscriber;

namespace IntegrationHub.IntegrationTests.Subscriptions;

public sealed class AmqpWayTests(HubDatabases databases)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Events_reach_the_queue_of_their_subscriber_in_order_and_no_other()
    {
        await using var database = await databases.Create(Cancellation);
        await using var rabbit = await RabbitServer.Start(Cancellation);
        var address = rabbit.Vhost();
        var options = new SubscriptionOptions { PollInterval = TimeSpan.FromMilliseconds(100) };
        await using var way = new AmqpWay(Options.Create(new BusOptions { Uri = address }), Options.Create(options));
        var service = Service(database.Hub, options);
        var wish = new SubscriptionWish { Channel = SubscriptionChannel.Amqp };
        var mine = await service.Add(One, wish, Cancellation);
        var others = await service.Add(Other, wish, Cancellation);
        var sender = Sender(database.Hub, options, other: way);
        await sender.StartAsync(Cancellation);
        await using var running = new SubscriptionDeskTests.Running(sender);

        var events = Events(One, 20);
        await FanOut(database.Hub, [.. events, Event(Other)]);
        await Until(database, "select count(*) from subscriptions.delivery where state = 'DELIVERED'", "21", TimeSpan.FromSeconds(60));
        Assert.Equal(("PENDING", "PENDING"), (mine.State, others.State));
        Assert.Equal("ACTIVE ACTIVE", await database.Ask("select string_agg(state, ' ') from subscriptions.subscription"));

        var got = await Drain(address, mine.SubscriptionId);
        Assert.Equal(events.Select(one => one.EventId.ToString()), got);
        Assert.Single(await Drain(address, others.SubscriptionId));
    }

    private static async Task<List<string>> Drain(Uri address, Guid subscriptionId)
    {
        await using var connection = await new ConnectionFactory { Uri = address, ContinuationTimeout = TimeSpan.FromMinutes(2) }.CreateConnectionAsync(Cancellation);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: Cancellation);
        var ids = new List<string>();
        while (await channel.BasicGetAsync(AmqpWay.QueueOf(subscriptionId), autoAck: true, Cancellation) is { } message)
        {
            Assert.Equal("application/cloudevents+json", message.BasicProperties.ContentType);
            ids.Add(message.BasicProperties.MessageId!); // always set by the hub
        }

        return ids;
    }
}
