using IntegrationHub.Database;

namespace IntegrationHub.Intake;

/// <summary>A run that ended, with the problem it noted on its way, if any.</summary>
public sealed record CompletedRun(Guid RunId, string Source, string? ProblemCode);

/// <summary>What intake finished in a stretch of time, and what it has not.</summary>
public static class FileCounts
{
    internal const string CompletedSql = """
        select run_id, source, problem_code
          from intake.run
         where state = 'COMPLETED'
           and finished_at > $1
           and finished_at <= $2
         order by run_id
        """;

    internal const string WaitingChunksSql = """
        select count(*) filter (where created_at > $1)
             , count(*) filter (where created_at <= $1)
          from intake.chunk
         where state = 'WAITING'
        """;

    /// <summary>Runs completed after one instant and up to another, in the order they began.</summary>
    public static Task<List<CompletedRun>> Completed(
        HubTransaction work, DateTimeOffset since, DateTimeOffset until, CancellationToken cancellationToken) =>
        work.Query(
            CompletedSql, [Parameter.Instant(since), Parameter.Instant(until)],
            row => new CompletedRun(row.GetGuid(0), row.GetString(1), row.TextOrNull(2)), cancellationToken);

    /// <summary>Chunks that wait to be taken through the stations: landed after an instant, and before.</summary>
    public static async Task<(long Young, long Old)> WaitingChunks(
        HubTransaction work, DateTimeOffset youngAfter, CancellationToken cancellationToken)
    {
        var counts = await work.Query(
            WaitingChunksSql, [Parameter.Instant(youngAfter)], row => (row.GetInt64(0), row.GetInt64(1)), cancellationToken);
        return counts.Single();
    }
}
