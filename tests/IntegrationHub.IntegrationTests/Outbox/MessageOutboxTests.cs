using IntegrationHub.Bus;
using IntegrationHub.Contracts.Messages;
using IntegrationHub.IntegrationTests.Subscriptions;
using IntegrationHub.Outbox;

namespace IntegrationHub.IntegrationTests.Outbox;

/// <summary>One ticket per message and consumer: the effect happens once, however often and whenever the message comes.</summary>
public sealed class MessageOutboxTests(HubDatabases databases)
{
    private static readonly MessageOutbox s_outbox = new(
        new MessageCatalogue([new MessageKind("route-needs:v1", typeof(RouteNeeds), ["one", "other"])]), TimeProvider.System);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_message_counts_once_for_each_consumer()
    {
        await using var database = await databases.Create(Cancellation);
        var message = await Send(database);

        Assert.True(await Claim(database, message, "one"));
        Assert.False(await Claim(database, message, "one"));
        Assert.True(await Claim(database, message, "other"));
    }

    [Fact]
    public async Task A_message_nobody_sent_has_no_effect()
    {
        await using var database = await databases.Create(Cancellation);

        Assert.False(await Claim(database, Guid.CreateVersion7(), "one"));
    }

    [Fact]
    public async Task A_consumer_that_fails_may_try_again()
    {
        await using var database = await databases.Create(Cancellation);
        var message = await Send(database);
        await using (var failing = await database.Hub.Begin(Cancellation))
            Assert.True(await MessageOutbox.Claim(failing, message, "one", Cancellation)); // and never commits

        Assert.True(await Claim(database, message, "one"));
    }

    [Fact]
    public async Task Two_copies_at_once_have_one_effect()
    {
        await using var database = await databases.Create(Cancellation);
        var message = await Send(database);
        await using var first = await database.Hub.Begin(Cancellation);
        Assert.True(await MessageOutbox.Claim(first, message, "one", Cancellation));

        var second = Claim(database, message, "one"); // waits for the first
        await first.Commit(Cancellation);

        Assert.False(await second);
    }

    [Fact]
    public async Task What_was_sent_is_counted_until_it_is_consumed()
    {
        await using var database = await databases.Create(Cancellation);
        var message = await Send(database);

        Assert.Equal((1L, 2L), await Waiting(database));
        await Claim(database, message, "one");
        Assert.Equal((1L, 1L), await Waiting(database));
    }

    private static async Task<Guid> Send(OwnDatabase database)
    {
        await using (var work = await database.Hub.Begin(Cancellation))
        {
            await s_outbox.Send(work, new RouteNeeds(), Cancellation);
            await work.Commit(Cancellation);
        }

        return Guid.Parse(await database.Ask("select message_id from outbox.message"));
    }

    private static async Task<bool> Claim(OwnDatabase database, Guid message, string consumer)
    {
        await using var work = await database.Hub.Begin(Cancellation);
        var claimed = await MessageOutbox.Claim(work, message, consumer, Cancellation);
        await work.Commit(Cancellation);
        return claimed;
    }

    private static async Task<(long, long)> Waiting(OwnDatabase database)
    {
        await using var work = await database.Hub.Begin(Cancellation);
        return await MessageOutbox.Waiting(work, Cancellation);
    }
}
