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
        var first = new NumberedSubscription(Guid.CreateVersion7(), One, 41, SubscriptionFilter.All);
        var second = new NumberedSubscription(Guid.CreateVersion7(), One, 0, SubscriptionFilter.All);
        var stranger = new NumberedSubscription(Guid.CreateVersion7(), Other, 7, SubscriptionFilter.All);
        var offered = Event(One);

        var deliveries = FanOut.Number([first, second, stranger], [offered], NothingKnown);

        Assert.Equal(
            [(first.SubscriptionId, 42L, offered.EventId), (second.SubscriptionId, 1L, offered.EventId)],
            deliveries.Select(delivery => (delivery.SubscriptionId, delivery.Sequence, delivery.EventId)));
    }

    [Fact]
    public void An_event_that_is_known_burns_no_number()
    {
        var subscription = new NumberedSubscription(Guid.CreateVersion7(), One, 10, SubscriptionFilter.All);
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
            var subscription = new NumberedSubscription(Guid.CreateVersion7(), One, last, SubscriptionFilter.All);
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

    [Fact]
    public void What_a_filter_does_not_want_burns_no_number_and_what_it_cannot_judge_comes()
    {
        var filter = new SubscriptionFilter { Kinds = ["ZY"], Divisions = ["4104"], Priorities = ["URGENT"] };
        var subscription = new NumberedSubscription(Guid.CreateVersion7(), One, 0, filter);
        var wanted = Offer("ZY", "410423", "URGENT");
        var withdrawn = Event(One) with { Type = "referral.withdrawn" };

        var deliveries = FanOut.Number(
            [subscription],
            [Offer("ZX", "410423", "URGENT"), wanted, Offer("ZY", "410523", "URGENT"), Offer("ZY", "410423", "NORMAL"), withdrawn],
            NothingKnown);

        Assert.Equal([(wanted.EventId, 1L, true), (withdrawn.EventId, 2L, false)], deliveries.Select(one => (one.EventId, one.Sequence, one.IsUrgent)));
    }

    [Fact]
    public void Numbers_have_no_hole_whatever_the_filter_leaves_out() =>
        Gen.Select(Gen.Int[0, 2].Array[0, 40], Gen.Int[0, 1000]).Sample((kinds, last) =>
        {
            var filter = new SubscriptionFilter { Kinds = ["ZA", "ZC"] };
            var events = kinds.Select(kind => Offer($"Z{(char)('A' + kind)}", "410423", "NORMAL")).ToList();

            var deliveries = FanOut.Number([new NumberedSubscription(Guid.CreateVersion7(), One, last, filter)], events, NothingKnown);

            Assert.Equal(events.Where((_, place) => kinds[place] != 1).Select(one => one.EventId), deliveries.Select(one => one.EventId));
            Assert.Equal(Enumerable.Range(1, deliveries.Count).Select(step => (long)last + step), deliveries.Select(one => one.Sequence));
        });

    private static HubEvent Offer(string kind, string division, string priority) => Event(One) with
    {
        Data = $$"""{"kind":"{{kind}}","division":"{{division}}","hardship":"HD1","priority":"{{priority}}"}""",
    };

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
