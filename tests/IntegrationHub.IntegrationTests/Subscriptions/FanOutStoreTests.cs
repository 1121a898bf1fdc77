using static IntegrationHub.IntegrationTests.Subscriptions.Subscriber;

namespace IntegrationHub.IntegrationTests.Subscriptions;

public sealed class FanOutStoreTests(HubDatabases databases)
{
    // How many numbers, the smallest, the largest, and where the subscription says it stands.
    private const string Numbers = """
        select count(*), min(sequence), max(sequence), (select max(last_sequence) from subscriptions.subscription)
          from subscriptions.delivery
        """;

    [Fact]
    public async Task Envelope_after_envelope_the_numbers_go_on()
    {
        await using var database = await databases.Create(TestContext.Current.CancellationToken);
        await Subscribe(database.Hub, One, new Uri("http://127.0.0.1:5080/hooks"));

        await FanOut(database.Hub, Events(One, 3));
        await FanOut(database.Hub, Events(One, 2));

        Assert.Equal("5 1 5 5", await database.Ask(Numbers));
        Assert.Equal("5 5", await database.Ask("select sequence, body::json->>'sequence' from subscriptions.delivery order by sequence desc"));
    }

    [Fact]
    public async Task An_envelope_that_comes_again_adds_nothing_and_burns_nothing()
    {
        await using var database = await databases.Create(TestContext.Current.CancellationToken);
        await Subscribe(database.Hub, One, new Uri("http://127.0.0.1:5080/hooks"));
        var events = Events(One, 3);

        Assert.Equal(3, await FanOut(database.Hub, events));
        Assert.Equal(0, await FanOut(database.Hub, events));
        Assert.Equal(1, await FanOut(database.Hub, [.. events, Event(One)]));

        Assert.Equal("4 1 4 4", await database.Ask(Numbers));
    }

    [Fact]
    public async Task Every_subscription_of_the_recipient_gets_it_whatever_its_state()
    {
        await using var database = await databases.Create(TestContext.Current.CancellationToken);
        var mine = await Subscribe(database.Hub, One, new Uri("http://127.0.0.1:5080/hooks"));
        await Subscribe(database.Hub, One, new Uri("http://127.0.0.1:5080/paused"));
        await Subscribe(database.Hub, Other, new Uri("http://127.0.0.1:5080/hooks"));
        await database.Run("update subscriptions.subscription set state = 'PAUSED' where url like '%paused'");

        await Subscribe(database.Hub, One, new Uri("http://127.0.0.1:5080/disabled"));
        await database.Run("update subscriptions.subscription set state = 'DISABLED' where url like '%disabled'");

        var added = await FanOut(database.Hub, [Event(One), Event(Third), Event(One) with { Recipient = null }]);

        Assert.Equal(3, added);
        Assert.Equal("3 1", await database.Ask(
            $"select count(*), count(*) filter (where subscription_id = '{mine.SubscriptionId}') from subscriptions.delivery where sequence = 1"));
    }

    [Fact]
    public async Task Envelopes_that_overlap_and_come_at_once_leave_no_hole_and_no_double()
    {
        await using var database = await databases.Create(TestContext.Current.CancellationToken);
        await Subscribe(database.Hub, One, new Uri("http://127.0.0.1:5080/hooks"));
        await Subscribe(database.Hub, One, new Uri("http://127.0.0.1:5080/other"));
        var events = Events(One, 60);

        // Each envelope shares half of its events with the next one.
        var envelopes = Enumerable.Range(0, 11).Select(place => events.GetRange(place * 5, 10)).ToList();
        await Task.WhenAll(envelopes.Select(envelope => Task.Run(() => FanOut(database.Hub, envelope))));

        Assert.Equal("120 1 60 60", await database.Ask(Numbers));
        Assert.Equal("60 60", await database.Ask(
            """
            select min(numbers), min(events)
              from (select count(distinct sequence) numbers, count(distinct event_id) events
                      from subscriptions.delivery group by subscription_id) each
            """));
    }
}
