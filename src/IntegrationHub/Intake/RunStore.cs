using IntegrationHub.Database;

namespace IntegrationHub.Intake;

/// <summary>One source's night: everything it brought, and whether all of it has been taken through the stations.</summary>
public sealed record Run
{
    public required Guid RunId { get; init; }
    public required string Source { get; init; }
    public required DateTimeOffset AsOf { get; init; }

    /// <summary>RUNNING, COMPLETED or FAILED.</summary>
    public required string State { get; init; }
    public required DateTimeOffset StartedAt { get; init; }
    public DateTimeOffset? FinishedAt { get; init; }
    public bool Landed { get; init; }
    public int ChunksLanded { get; init; }
    public int ChunksDone { get; init; }
    public string? ProblemCode { get; init; }
    public string? ProblemText { get; init; }
}

public static class RunStore
{
    private const string Columns = """
        run_id, source, as_of, state, started_at, finished_at, landed, chunks_landed, chunks_done, problem_code, problem_text
        """;

    internal const string UnfinishedSql = $"""
        select {Columns}
          from intake.run
         where source = $1
           and state = 'RUNNING'
        """;

    internal const string StartSql = """
        insert into intake.run (run_id, source, as_of, state, started_at, heartbeat_at)
        values ($1, $2, $3, 'RUNNING', $4, $4)
        """;

    internal const string LandedSql = """
        update intake.run
           set landed = true
             , heartbeat_at = $2
         where run_id = $1
           and not landed
        returning chunks_landed = chunks_done
        """;

    internal const string ChunkLandedSql = """
        update intake.run
           set chunks_landed = chunks_landed + 1
             , heartbeat_at = $2
         where run_id = $1
        """;

    internal const string ChunkDoneSql = """
        update intake.run
           set chunks_done = chunks_done + 1
             , heartbeat_at = $2
         where run_id = $1
        returning landed and chunks_landed = chunks_done
        """;

    internal const string CompleteSql = """
        update intake.run
           set state = 'COMPLETED'
             , finished_at = $2
         where run_id = $1
           and state = 'RUNNING'
        """;

    internal const string NoteProblemSql = """
        update intake.run
           set problem_code = $2
             , problem_text = $3
         where run_id = $1
        """;

    internal const string ByIdSql = $"""
        select {Columns}
          from intake.run
         where run_id = $1
        """;

    internal const string RecentSql = $"""
        select {Columns}
          from intake.run
         order by run_id desc
         limit $1
        """;

    public static async Task<Run?> Unfinished(HubTransaction work, string source, CancellationToken cancellationToken) =>
        (await work.Query(UnfinishedSql, [Parameter.Text(source)], Read, cancellationToken)).SingleOrDefault();

    public static async Task<Guid> Start(
        HubTransaction work, string source, DateTimeOffset asOf, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var runId = Guid.CreateVersion7();
        await work.Execute(
            StartSql, [Parameter.As(runId), Parameter.Text(source), Parameter.Instant(asOf), Parameter.Instant(now)], cancellationToken);
        return runId;
    }

    /// <summary>Notes that nothing more will land. True if every chunk is done already, so that the caller must send what comes next.</summary>
    public static async Task<bool> Landed(HubTransaction work, Guid runId, DateTimeOffset now, CancellationToken cancellationToken) =>
        (await work.Query(
            LandedSql, [Parameter.As(runId), Parameter.Instant(now)], row => row.GetBoolean(0), cancellationToken)).SingleOrDefault();

    internal static Task ChunkLanded(HubTransaction work, Guid runId, DateTimeOffset now, CancellationToken cancellationToken) =>
        work.Execute(ChunkLandedSql, [Parameter.As(runId), Parameter.Instant(now)], cancellationToken);

    /// <summary>Counts a chunk as done. True for the last one of a landed run: writers queue on the run's row, so exactly one sees it.</summary>
    public static async Task<bool> ChunkDone(HubTransaction work, Guid runId, DateTimeOffset now, CancellationToken cancellationToken) =>
        (await work.Query(
            ChunkDoneSql, [Parameter.As(runId), Parameter.Instant(now)], row => row.GetBoolean(0), cancellationToken)).Single();

    public static Task Complete(HubTransaction work, Guid runId, DateTimeOffset now, CancellationToken cancellationToken) =>
        work.Execute(CompleteSql, [Parameter.As(runId), Parameter.Instant(now)], cancellationToken);

    /// <summary>Keeps why a run stopped. It stays RUNNING: the next start goes on from what was committed.</summary>
    public static Task NoteProblem(
        HubTransaction work, Guid runId, string? code, string? text, CancellationToken cancellationToken) =>
        work.Execute(NoteProblemSql, [Parameter.As(runId), Parameter.Text(code), Parameter.Text(text)], cancellationToken);

    public static async Task<Run?> Find(HubTransaction work, Guid runId, CancellationToken cancellationToken) =>
        (await work.Query(ByIdSql, [Parameter.As(runId)], Read, cancellationToken)).SingleOrDefault();

    /// <summary>The newest runs first.</summary>
    public static Task<List<Run>> Recent(HubTransaction work, int limit, CancellationToken cancellationToken) =>
        work.Query(RecentSql, [Parameter.As(limit)], Read, cancellationToken);

    private static Run Read(Npgsql.NpgsqlDataReader row) => new()
    {
        RunId = row.GetGuid(0),
        Source = row.GetString(1),
        AsOf = row.GetFieldValue<DateTimeOffset>(2),
        State = row.GetString(3),
        StartedAt = row.GetFieldValue<DateTimeOffset>(4),
        FinishedAt = row.ValueOrNull<DateTimeOffset>(5),
        Landed = row.GetBoolean(6),
        ChunksLanded = row.GetInt32(7),
        ChunksDone = row.GetInt32(8),
        ProblemCode = row.TextOrNull(9),
        ProblemText = row.TextOrNull(10),
    };
}
