using System.Text.Json;
using IntegrationHub.Database;

namespace IntegrationHub.Intake;

/// <summary>Held files and what was decided about them.</summary>
public static class HeldFileStore
{
    private const string Columns = """
        f.file_id, f.run_id, s.source, s.area, f.name, f.type, f.state, f.code, f.detail, f.rows, s.last_rows, f.as_of, f.received_at
             , f.decided_by, f.decided_at, f.decision_reason, f.layout, f.digest, f.archive_ref, f.format, f.delta, f.manifest, f.answered
        """;

    internal const string ListSql = $"""
        select {Columns}
          from intake.file f
          join intake.stream s on s.stream_id = f.stream_id
         where f.state in ('HELD', 'RELEASING', 'RELEASED', 'REJECTED')
           and ($1 or f.state in ('HELD', 'RELEASING'))
         order by f.file_id desc
         limit $2
        """;

    internal const string FindSql = $"""
        select {Columns}
          from intake.file f
          join intake.stream s on s.stream_id = f.stream_id
         where f.file_id = $1
        """;

    internal const string ByNameSql = $"""
        select {Columns}
          from intake.file f
          join intake.stream s on s.stream_id = f.stream_id
         where f.name = $1
           and f.state in ('HELD', 'RELEASING', 'RELEASED', 'REJECTED')
         order by f.state in ('HELD', 'RELEASING') desc, f.file_id desc
         limit 1
        """;

    internal const string ReleasingSql = $"""
        select {Columns}
          from intake.file f
          join intake.stream s on s.stream_id = f.stream_id
         where f.state = 'RELEASING'
           and s.source = $1
         order by f.as_of, f.file_id
        """;

    internal const string LandingOfReleaseSql = $"""
        select {Columns}
          from intake.file l
          join intake.file f on f.file_id = l.released_from
          join intake.stream s on s.stream_id = f.stream_id
         where l.run_id = $1
           and l.state = 'LANDING'
        """;

    internal const string DecideSql = """
        update intake.file
           set state           = $2
             , decided_by      = $3
             , decided_at      = $4
             , decision_reason = $5
         where file_id = $1
           and state = 'HELD'
        """;

    internal const string SettleSql = """
        update intake.file
           set state    = case when $2 is null then 'RELEASED' else 'HELD' end
             , answered = case when $2 is null then answered else answered || code end
             , code     = coalesce($2, code)
         where file_id = $1
           and state = 'RELEASING'
        """;

    /// <summary>The newest first; only the open ones unless all are wanted.</summary>
    public static Task<List<HeldFile>> List(HubTransaction work, bool all, int limit, CancellationToken cancellationToken) =>
        work.Query(ListSql, [Parameter.As(all), Parameter.As(limit)], Read, cancellationToken);

    /// <summary>By number or by name.</summary>
    public static async Task<HeldFile?> Find(HubTransaction work, string which, CancellationToken cancellationToken) =>
        (int.TryParse(which, out var id)
            ? await work.Query(FindSql, [Parameter.As(id)], Read, cancellationToken)
            : await work.Query(ByNameSql, [Parameter.Text(which)], Read, cancellationToken)).FirstOrDefault();

    /// <summary>Files of a source whose release was decided and is not through.</summary>
    internal static async Task<List<HeldFile>> Releasing(
        HubTransaction work, string source, Guid runId, CancellationToken cancellationToken) =>
        [
            .. await work.Query(LandingOfReleaseSql, [Parameter.As(runId)], Read, cancellationToken),
            .. await work.Query(ReleasingSql, [Parameter.Text(source)], Read, cancellationToken),
        ];

    /// <summary>False when it was not held any more.</summary>
    internal static async Task<bool> Decide(
        HubTransaction work, int fileId, string state, string by, string reason, DateTimeOffset now, CancellationToken cancellationToken) =>
        await work.Execute(
            DecideSql,
            [Parameter.As(fileId), Parameter.Text(state), Parameter.Text(by), Parameter.Instant(now), Parameter.Text(reason)],
            cancellationToken) == 1;

    /// <summary>Ends a release: the bytes were taken, or something else is wrong with them and the file is held as before.</summary>
    internal static Task Settle(HubTransaction work, int fileId, string? stillWrong, CancellationToken cancellationToken) =>
        work.Execute(SettleSql, [Parameter.As(fileId), Parameter.Text(stillWrong)], cancellationToken);

    private static HeldFile Read(Npgsql.NpgsqlDataReader row) => new()
    {
        FileId = row.GetInt32(0),
        RunId = row.GetGuid(1),
        Source = row.GetString(2),
        Area = row.GetString(3),
        Name = row.GetString(4),
        Type = row.GetString(5),
        State = row.GetString(6),
        Code = row.TextOrNull(7) ?? "",
        Detail = row.TextOrNull(8),
        Rows = row.GetInt64(9),
        LastRows = row.GetInt64(10),
        AsOf = row.GetFieldValue<DateTimeOffset>(11),
        ReceivedAt = row.GetFieldValue<DateTimeOffset>(12),
        DecidedBy = row.TextOrNull(13),
        DecidedAt = row.ValueOrNull<DateTimeOffset>(14),
        DecisionReason = row.TextOrNull(15),
        Layout = row.TextOrNull(16),
        Digest = row.GetString(17),
        ArchiveRef = row.GetString(18),
        Format = Enum.Parse<RowFormat>(row.GetString(19)),
        IsDelta = row.GetBoolean(20),
        Manifest = row.TextOrNull(21) is { } manifest
            ? JsonSerializer.Deserialize<SnapshotManifest>(manifest, JsonSerializerOptions.Web)
            : null,
        Answered = row.GetFieldValue<string[]>(22),
    };
}
