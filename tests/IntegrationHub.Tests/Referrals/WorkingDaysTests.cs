using IntegrationHub.Policy;
using IntegrationHub.Referrals;

namespace IntegrationHub.Tests.Referrals;

public sealed class WorkingDaysTests
{
    [Theory]
    [InlineData("2026-03-02", "2026-03-10")] // a week without holidays: Tuesday to Monday
    [InlineData("2026-03-06", "2026-03-14")] // Friday: Monday to Friday
    [InlineData("2026-09-30", "2026-10-14")] // before the National Day holiday; Saturday 10 October is worked
    [InlineData("2026-02-13", "2026-02-28")] // before the Spring Festival; Saturday 14 February is worked
    public void R24_an_offer_stands_until_the_end_of_the_fifth_working_day(string offered, string midnight)
    {
        var at = HubCalendar.InstantOf(DateTime.Parse($"{offered}T02:10:00", null));

        Assert.Equal(HubCalendar.InstantOf(DateTime.Parse(midnight, null)), Needs.Calendar.EndOf(at, 5));
    }

    [Fact]
    public void R24_the_day_is_the_day_in_china()
    {
        var lateInUtc = new DateTimeOffset(2026, 3, 2, 17, 0, 0, TimeSpan.Zero); // Tuesday 01:00 in China

        Assert.Equal(HubCalendar.InstantOf(new DateTime(2026, 3, 11)), Needs.Calendar.EndOf(lateInUtc, 5));
    }

    [Fact]
    public void R24_an_offer_lapses_at_midnight_and_not_before()
    {
        var end = HubCalendar.InstantOf(new DateTime(2026, 3, 10));

        Assert.False(Needs.Calendar.HasPassed(end, end.AddTicks(-1)));
        Assert.True(Needs.Calendar.HasPassed(end, end));
    }

    [Fact]
    public void R24_without_the_years_calendar_nothing_lapses_and_the_doubt_is_told()
    {
        var end = HubCalendar.InstantOf(new DateTime(2027, 3, 10));

        Assert.False(Needs.Calendar.HasPassed(end, end.AddDays(30)));
        Assert.True(Needs.Calendar.IsInDoubt(end, end));
        Assert.False(Needs.Calendar.IsInDoubt(end, end.AddTicks(-1)));
    }

    [Fact]
    public void An_offer_that_ends_with_the_year_is_judged_by_the_year_it_ends_in()
    {
        var newYear = HubCalendar.InstantOf(new DateTime(2027, 1, 1));

        Assert.True(Needs.Calendar.HasPassed(newYear, newYear));
    }

    [Fact]
    public void Without_calendars_weekends_are_skipped_all_the_same()
    {
        var bare = new WorkingDays([]);

        Assert.True(bare.IsWorkingDay(new DateOnly(2026, 10, 1)));
        Assert.False(bare.IsWorkingDay(new DateOnly(2026, 10, 10)));
    }
}
