using System.Globalization;

namespace IntegrationHub.Aid;

/// <summary>When aid was given, as exactly as its book says: a day, or a whole month. Both days are inside.</summary>
public readonly record struct AidDays(DateOnly First, DateOnly Last)
{
    public static AidDays On(DateOnly day) => new(day, day);

    /// <summary>A month written <c>yyyyMM</c>.</summary>
    public static AidDays InMonth(string month)
    {
        var first = DateOnly.ParseExact($"{month}01", "yyyyMMdd", CultureInfo.InvariantCulture);
        return new AidDays(first, first.AddMonths(1).AddDays(-1));
    }

    /// <summary>True if the book knew the month and not the day.</summary>
    public bool IsMonth => First != Last;

    /// <summary>Days between the two at least; 0 where one lies within the other.</summary>
    public int DaysTo(AidDays other) =>
        Last < other.First ? other.First.DayNumber - Last.DayNumber
        : other.Last < First ? First.DayNumber - other.Last.DayNumber
        : 0;

    /// <summary>As near as one payment told twice may be: some days, or where a month is all that is known, that month.</summary>
    public bool IsNear(AidDays other, int days) => DaysTo(other) <= (IsMonth || other.IsMonth ? 0 : days);
}
