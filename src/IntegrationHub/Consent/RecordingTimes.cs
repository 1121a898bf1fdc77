using IntegrationHub.Database;

namespace IntegrationHub.Consent;

/// <summary>When the hub came to know each consent event: no decision could rest on what was not known yet.</summary>
public static class RecordingTimes
{
    internal const string OfPeopleSql = """
        select consent_id, sequence, recorded_at
          from consent.event
         where person_key = any ($1)
        """;

    /// <summary>The instants of all events of these people, by consent and sequence.</summary>
    public static async Task<Dictionary<(string ConsentId, int Sequence), DateTimeOffset>> Of(
        HubTransaction work, IReadOnlyCollection<Guid> people, CancellationToken cancellationToken) =>
        (await work.Query(
            OfPeopleSql, [Parameter.As(people.ToArray())],
            row => (Event: (row.GetString(0), row.GetInt32(1)), At: row.GetFieldValue<DateTimeOffset>(2)),
            cancellationToken))
        .ToDictionary(row => row.Event, row => row.At);
}
