using System.Globalization;
using IntegrationHub.Contracts;

namespace IntegrationHub.Failures;

/// <summary>A place in a list of failures, as a caller carries it from page to page.</summary>
internal static class FailureCursor
{
    public static string Of(FailureLine line) =>
        string.Create(CultureInfo.InvariantCulture, $"{line.LastFailedAt.UtcTicks}-{line.FailureId}");

    public static (DateTimeOffset At, long Id)? Read(string? cursor)
    {
        if (string.IsNullOrEmpty(cursor))
            return null;
        var dash = cursor.IndexOf('-', StringComparison.Ordinal);
        return dash > 0
            && long.TryParse(cursor.AsSpan(0, dash), NumberStyles.None, CultureInfo.InvariantCulture, out var ticks)
            && ticks <= DateTime.MaxValue.Ticks
            && long.TryParse(cursor.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                ? (new DateTimeOffset(ticks, TimeSpan.Zero), id)
                : throw new HubProblemException("cursor.invalid", "The cursor is none of ours.", "Begin at the first page.");
    }
}
