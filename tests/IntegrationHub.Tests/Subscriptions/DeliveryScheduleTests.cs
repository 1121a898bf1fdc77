using IntegrationHub.Subscriptions;

namespace IntegrationHub.Tests.Subscriptions;

public sealed class DeliveryScheduleTests
{
    private const double Middle = 0.5;

    [Fact]
    public void Each_pause_is_longer_than_the_one_before_whatever_the_jitter()
    {
        var latest = Pauses(jitter: 0.999_999);
        var earliest = Pauses(jitter: 0);

        Assert.All(latest.Zip(earliest.Skip(1)), pair => Assert.True(pair.First < pair.Second));
    }

    [Fact]
    public void After_the_last_pause_it_ends()
    {
        Assert.NotNull(DeliverySchedule.PauseAfter(DeliverySchedule.Tries - 1, null, Middle));
        Assert.Null(DeliverySchedule.PauseAfter(DeliverySchedule.Tries, null, Middle));
        Assert.Null(DeliverySchedule.PauseAfter(0, null, Middle));
    }

    [Fact]
    public void Scenario_29_the_whole_schedule_outlasts_three_days_of_silence_and_ends_within_the_days_an_offer_waits()
    {
        Assert.True(Pauses(jitter: 0).Sum(pause => pause.TotalHours) > 3 * 24);
        Assert.True(Pauses(jitter: 0.999_999).Sum(pause => pause.TotalHours) < 5 * 24);
    }

    [Theory]
    [InlineData(0, 0.8)]
    [InlineData(0.5, 1.0)]
    [InlineData(0.999_999, 1.2)]
    public void Jitter_spreads_a_pause_by_a_fifth_to_either_side(double jitter, double seconds) =>
        Assert.Equal(seconds, DeliverySchedule.PauseAfter(1, null, jitter)!.Value.TotalSeconds, 0.001);

    [Fact]
    public void A_pause_that_was_asked_for_is_kept_when_it_is_the_longer_one_but_never_over_an_hour()
    {
        Assert.Equal(TimeSpan.FromSeconds(20), DeliverySchedule.PauseAfter(1, TimeSpan.FromSeconds(20), Middle));
        Assert.Equal(TimeSpan.FromSeconds(1), DeliverySchedule.PauseAfter(1, TimeSpan.FromMilliseconds(1), Middle));
        Assert.Equal(TimeSpan.FromHours(1), DeliverySchedule.PauseAfter(1, TimeSpan.FromDays(30), Middle));
    }

    private static List<TimeSpan> Pauses(double jitter) =>
        [.. Enumerable.Range(1, DeliverySchedule.Tries - 1).Select(tries => DeliverySchedule.PauseAfter(tries, null, jitter)!.Value)];
}
