namespace IntegrationHub.Briefing;

/// <summary>Whether the newest data of a source are too old (R21), pure.</summary>
public static class Freshness
{
    /// <summary>The sources that are late; one that never delivered is.</summary>
    public static IReadOnlyList<FreshnessRow> Of(
        IEnumerable<string> sources, IReadOnlyDictionary<string, DateTimeOffset> newest, DateTimeOffset now, int limitHours) =>
    [
        .. sources.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(source =>
        {
            DateTimeOffset? asOf = newest.TryGetValue(source, out var known) ? known : null;
            return new FreshnessRow(source, asOf, asOf is null || now - asOf.Value > TimeSpan.FromHours(limitHours));
        }),
    ];
}
