using System.Globalization;

namespace IntegrationHub.Pipeline;

/// <summary>A position in a list ordered by instant and id, as a caller carries it from page to page.</summary>
internal static class PageCursor
{
    public static string Of(DateTimeOffset at, Guid id) =>
        string.Create(CultureInfo.InvariantCulture, $"{at.UtcTicks}-{id:N}");

    /// <summary>The position; the beginning where there is no cursor.</summary>
    public static (DateTimeOffset At, Guid Id) Read(string? cursor)
    {
        if (string.IsNullOrEmpty(cursor))
            return (DateTimeOffset.UnixEpoch, Guid.Empty);
        var dash = cursor.IndexOf('-', StringComparison.Ordinal);
        return dash > 0
            && long.TryParse(cursor.AsSpan(0, dash), NumberStyles.None, CultureInfo.InvariantCulture, out var ticks)
            && ticks <= DateTime.MaxValue.Ticks
            && Guid.TryParseExact(cursor.AsSpan(dash + 1), "N", out var id)
                ? (new DateTimeOffset(ticks, TimeSpan.Zero), id)
                : throw ReferralProblems.BadCursor();
    }
}
