using IntegrationHub.Referrals;

namespace IntegrationHub.Tests.Referrals;

public sealed class ReferralTimesTests
{
    private static readonly DateTimeOffset Opened = new(2026, 3, 1, 0, 0, 0, TimeSpan.FromHours(8));

    [Fact]
    public void R12_the_ways_are_measured_and_paused_time_does_not_count()
    {
        var spans = ReferralTimes.Of(Opened,
        [
            (ReferralState.Offered, 1, Opened.AddHours(26)),
            (ReferralState.Accepted, 1, Opened.AddHours(30)),
            (ReferralState.Released, 1, Opened.AddHours(31)),
            (ReferralState.InProgress, 1, Opened.AddHours(32)),
            (ReferralState.OnHold, 1, Opened.AddHours(40)),
            (ReferralState.InProgress, 1, Opened.AddHours(100)),
            (ReferralState.AidedPartial, 1, Opened.AddHours(110)),
            (ReferralState.OnHold, 1, Opened.AddHours(120)),
            (ReferralState.Completed, 1, Opened.AddHours(150)),
        ]);

        Assert.Equal(TimeSpan.FromHours(26), spans.ToOffer);
        Assert.Equal(TimeSpan.FromHours(4), spans.ToAccept);
        Assert.Equal(TimeSpan.FromHours(110 - 30 - 60), spans.ToAid);
    }

    [Fact]
    public void R12_after_a_decline_the_acceptance_is_counted_from_its_own_offer()
    {
        var spans = ReferralTimes.Of(Opened,
        [
            (ReferralState.Offered, 1, Opened.AddHours(2)),
            (ReferralState.Declined, 1, Opened.AddHours(3)),
            (ReferralState.Offered, 2, Opened.AddHours(24)),
            (ReferralState.Accepted, 2, Opened.AddHours(25)),
        ]);

        Assert.Equal((TimeSpan.FromHours(2), TimeSpan.FromHours(1)), (spans.ToOffer, spans.ToAccept));
        Assert.Null(spans.ToAid);
    }

    [Fact]
    public void R12_the_middle_and_the_slow_end_are_values_that_occurred()
    {
        var spans = Enumerable.Range(1, 100).Select(hours => new ReferralSpans(TimeSpan.FromHours(hours), null, null)).ToList();

        var ways = ReferralTimes.Summary(spans);

        Assert.Equal(new WayTimes("need to offer", 100, 50, 95), ways[0]);
        Assert.Equal(new WayTimes("acceptance to aid", 0, null, null), ways[2]);
    }
}
