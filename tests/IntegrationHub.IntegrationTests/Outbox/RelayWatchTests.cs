using IntegrationHub.Bus;
using IntegrationHub.Contracts.Messages;
using IntegrationHub.IntegrationTests.Subscriptions;
using IntegrationHub.Outbox;
using Npgsql;

namespace IntegrationHub.IntegrationTests.Outbox;

/// <summary>Senders wake a relay that sleeps, and leave one alone that has promised to look for itself.</summary>
public sealed class RelayWatchTests(HubDatabases databases)
{
    private static readonly MessageOutbox s_outbox = new(
        new MessageCatalogue([new MessageKind("route-needs:v1", typeof(RouteNeeds), ["one"])]), TimeProvider.System);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_sends_rings_when_nobody_watches() => Assert.Equal(["", "end"], await Rings(promise: null));

    [Fact]
    public async Task Who_sends_does_not_ring_while_a_relay_watches() =>
        Assert.Equal(["end"], await Rings(promise: TimeSpan.FromMinutes(5)));

    [Fact]
    public async Task A_promise_that_has_ended_is_none() => Assert.Equal(["", "end"], await Rings(promise: TimeSpan.FromSeconds(-1)));

    [Fact]
    public async Task A_later_promise_is_not_shortened_by_another_relays()
    {
        await using var database = await databases.Create(Cancellation);
        await Watch(database, TimeSpan.FromMinutes(5));
        await Watch(database, TimeSpan.FromSeconds(-1));

        Assert.Equal("True", await database.Ask("select watched_until > clock_timestamp() + interval '4 minutes' from outbox.watch"));
    }

    /// <summary>What a listener hears of one message sent, up to a mark.</summary>
    private async Task<List<string>> Rings(TimeSpan? promise)
    {
        await using var database = await databases.Create(Cancellation);
        if (promise is { } until)
            await Watch(database, until);
        var heard = new List<string>();
        await using var listener = await database.Hub.Open(Cancellation);
        listener.Notification += (_, notification) => heard.Add(notification.Payload);
        await using (var listen = new NpgsqlCommand($"listen {OutboxStore.Channel}", listener))
            await listen.ExecuteNonQueryAsync(Cancellation);

        await using (var work = await database.Hub.Begin(Cancellation))
        {
            await s_outbox.Send(work, new RouteNeeds(), Cancellation);
            await work.Commit(Cancellation);
        }

        await database.Ask($"select pg_notify('{OutboxStore.Channel}', 'end')::text");
        while (!heard.Contains("end"))
            await listener.WaitAsync(Cancellation);
        return heard;
    }

    private static async Task Watch(OwnDatabase database, TimeSpan promise)
    {
        await using var work = await database.Hub.Begin(Cancellation);
        await OutboxStore.Watch(work, promise, Cancellation);
        await work.Commit(Cancellation);
    }
}
