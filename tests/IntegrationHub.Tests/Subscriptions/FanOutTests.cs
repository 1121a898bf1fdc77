using CsCheck;
using IntegrationHub.Contracts.Messages;
using IntegrationHub.Subscriptions;

namespace IntegrationHub.Tests.Subscriptions;

public sealed class FanOutTests
{
    private const string One = "51410499501000017E";
    private const string Other = "534104995010000253";

    private static readonly HashSet<(Guid, Guid)> NothingKnown = [];

    [Fact]
    public void Each_subscription_of_the_recipient_gets_the_event_under_its_own_next_number()
    {
        var first = new NumberedSubscription(Guid.CreateVersion7(), One, 41);
        var second = new NumberedSubscription(Guid.CreateVersion7(), One, 0);
        var stranger = new NumberedSubscription(Guid.CreateVersion7(), Other, 7);
        var offered = Event(One);

        var deliveries = FanOut.Number([first, second, stranger], [offered], NothingKnown);

        Assert.Equal(
            [(first.SubscriptionId, 42L, offered.EventId), (second.SubscriptionId, 1L, offered.EventId)],
            deliveries.Select(delivery => (delivery.SubscriptionId, delivery.Sequence, delivery.EventId)));
    }

    [Fact]
    public void An_event_that_is_known_burns_no_number()
    {
        var subscription = new NumberedSubscription(Guid.CreateVersion7(), One, 10);
        var events = new[] { Event(One), Event(One), Event(One) };

        var deliveries = FanOut.Number(
            [subscription], events, new HashSet<(Guid, Guid)> { (subscription.SubscriptionId, events[1].EventId) });

        Assert.Equal([11L, 12L], deliveries.Select(delivery => delivery.Sequence));
        Assert.Equal([events[0].EventId, events[2].EventId], deliveries.Select(delivery => delivery.EventId));
    }

    [Fact]
    public void Numbers_have_no_hole_whatever_is_known_and_in_the_order_of_the_events() =>
        Gen.Select(Gen.Bool.Array[0, 40], Gen.Int[0, 1000]).Sample((alreadyKnown, last) =>
        {
            var subscription = new NumberedSubscription(Guid.CreateVersion7(), One, last);
            var events = alreadyKnown.Select(_ => Event(One)).ToList();
            var known = events.Where((_, place) => alreadyKnown[place])
                .Select(happened => (subscription.SubscriptionId, happened.EventId)).ToHashSet();

            var deliveries = FanOut.Number([subscription], events, known);

            var expected = events.Where((_, place) => !alreadyKnown[place]).Select(happened => happened.EventId);
            Assert.Equal(expected, deliveries.Select(delivery => delivery.EventId));
            Assert.Equal(
                Enumerable.Range(1, deliveries.Count).Select(step => (long)last + step),
                deliveries.Select(delivery => delivery.Sequence));
        });

    private static HubEvent Event(string recipient) => new()
    {
        EventId = Guid.CreateVersion7(),
        Type = "referral.offered",
        Subject = "0195a2c0-0000-7000-8000-000000000010",
        Time = new DateTimeOffset(2026, 3, 2, 2, 10, 0, TimeSpan.FromHours(8)),
        Recipient = recipient,
        Data = """{"attempt":1}""",
    };
}
