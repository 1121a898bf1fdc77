using IntegrationHub.Database;

namespace IntegrationHub.Intake;

/// <summary>How new the newest data of each source are.</summary>
public static class SourceAges
{
    internal const string NewestSql = """
        select source, max(as_of)
          from intake.run
         where state = 'COMPLETED'
           and problem_code is null
         group by source
        """;

    /// <summary>When the newest night of each source was that came whole; a source without one is left out.</summary>
    public static async Task<Dictionary<string, DateTimeOffset>> Newest(HubTransaction work, CancellationToken cancellationToken) =>
        (await work.Query(NewestSql, [], row => (Source: row.GetString(0), AsOf: row.GetFieldValue<DateTimeOffset>(1)), cancellationToken))
        .ToDictionary(row => row.Source, row => row.AsOf);
}
