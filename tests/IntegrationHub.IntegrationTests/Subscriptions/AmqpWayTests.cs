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
    public async Task Events_reach_the_queue_of_their_subscriber_in_order_and_no_other_and_wait_while_the_broker_is_away()
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
        var clock = new ShiftedClock();
        var sender = Sender(database.Hub, options, clock, other: way);
        await sender.StartAsync(Cancellation);
        await using var running = new SubscriptionDeskTests.Running(sender);

        var events = Events(One, 30);
        await FanOut(database.Hub, [.. events[..20], Event(Other)]);
        await Until(database, "select count(*) from subscriptions.delivery where state = 'DELIVERED'", "21", TimeSpan.FromSeconds(60));
        Assert.Equal(("PENDING", "PENDING"), (mine.State, others.State));
        Assert.Equal("ACTIVE ACTIVE", await database.Ask("select string_agg(state, ' ') from subscriptions.subscription"));

        await rabbit.Kill(Cancellation);
        await FanOut(database.Hub, events[20..]);
        await Until(database, "select count(*) > 0 from subscriptions.attempt where outcome = 'broker'", "True", TimeSpan.FromSeconds(60));
        await rabbit.Restart(Cancellation);
        for (var step = 0; step < 200 && await database.Ask("select count(*) from subscriptions.delivery where state = 'WAITING'") != "0"; step++)
        {
            clock.Advance(TimeSpan.FromMinutes(10));
            await Task.Delay(300, Cancellation);
        }

        var got = await Drain(address, mine.SubscriptionId);
        // What a killed broker had confirmed is there; what it had not is sent again: at least once, same id.
        Assert.Equal(events.Select(one => one.EventId.ToString()), got.Distinct());
        Assert.Single((await Drain(address, others.SubscriptionId)).Distinct());
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
