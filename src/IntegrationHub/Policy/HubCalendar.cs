namespace IntegrationHub.Policy;

/// <summary>The day a thing happens on, as officials count it: Asia/Shanghai. Instants stay UTC everywhere else.</summary>
public static class HubCalendar
{
    public static readonly TimeZoneInfo China = TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai");

    public static DateOnly DayOf(DateTimeOffset instant) =>
        DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(instant, China).DateTime);

    /// <summary>The instant a local wall-clock time names.</summary>
    public static DateTimeOffset InstantOf(DateTime local) =>
        new(DateTime.SpecifyKind(local, DateTimeKind.Unspecified), China.GetUtcOffset(local));
}
