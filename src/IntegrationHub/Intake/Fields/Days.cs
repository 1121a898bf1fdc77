namespace IntegrationHub.Intake.Fields;

/// <summary>Days of the calendar from numbers, without exceptions and without a clock.</summary>
internal static class Days
{
    public static bool TryDate(int year, int month, int day, out DateOnly date)
    {
        date = default;
        if (year is < 1 or > 9999 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month))
            return false;
        date = new DateOnly(year, month, day);
        return true;
    }

    public static DateOnly LastOf(int year, int month) => new(year, month, DateTime.DaysInMonth(year, month));

    /// <summary>
    /// The day a spreadsheet counts as <paramref name="serial"/>. With 1900 it counts a 29 February 1900 that never was, so
    /// the days before it are one off and 60 is none.
    /// </summary>
    public static bool TrySerial(long serial, int epoch, out DateOnly date)
    {
        date = default;
        if (serial is < 1 or > 2_958_465 || (epoch == 1900 && serial == 60))
            return false;
        date = epoch == 1904 ? new DateOnly(1904, 1, 1) : serial < 60 ? new DateOnly(1899, 12, 31) : new DateOnly(1899, 12, 30);
        if (DateOnly.MaxValue.DayNumber - date.DayNumber < serial)
            return false;
        date = date.AddDays((int)serial);
        return true;
    }
}
