using IntegrationHub.Database;

namespace IntegrationHub.Intake;

/// <summary>What became of one file, to the row: rows = unchanged + applied + quarantined + held.</summary>
public sealed record FileAccount
{
    public required int FileId { get; init; }
    public required string Name { get; init; }
    public required string Type { get; init; }

    /// <summary>LANDING, DONE, HELD or IGNORED.</summary>
    public required string State { get; init; }
    public string? Code { get; init; }
    public required long Rows { get; init; }
    public required long Unchanged { get; init; }
    public required long Applied { get; init; }
    public required long Quarantined { get; init; }
    public required long Held { get; init; }

    /// <summary>Rows that were decoded at all: the others were dropped by their hash.</summary>
    public required long Parsed { get; init; }

    /// <summary>Records that ended because they were missing from enough snapshots; not rows of this file.</summary>
    public required long Ended { get; init; }
}

internal sealed record FileHead(int FileId, int StreamId, string Name, string State, string ArchiveRef, long Rows);

public static class FileStore
{
    internal const string StreamSql = """
        with added as (
            insert into intake.stream (source, type, area)
            values ($1, $2, $3)
                on conflict (source, type, area) do nothing
            returning stream_id, last_as_of, last_seq, last_rows
        )
        select stream_id, last_as_of, last_seq, last_rows from added
        union all
        select stream_id, last_as_of, last_seq, last_rows
          from intake.stream
         where source = $1 and type = $2 and area = $3
        """;

    internal const string OfRunSql = """
        select file_id, stream_id, name, state, archive_ref, rows
          from intake.file
         where run_id = $1
           and name = $2
        """;

    internal const string SameNameSql = """
        select digest
          from intake.file
         where stream_id = $1
           and name = $2
           and state = 'DONE'
         order by (digest = $3) desc
         limit 1
        """;

    internal const string AddSql = """
        insert into intake.file (run_id, stream_id, name, type, digest, archive_ref, as_of, seq, state, code, rows, unchanged, received_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
        returning file_id
        """;

    internal const string DoneSql = """
        update intake.file
           set state       = 'DONE'
             , unchanged   = $2
             , parsed      = $3
             , ended       = $4
             , quarantined = (select count(*) from intake.quarantine q where q.file_id = $1)
         where file_id = $1
        """;

    internal const string AdvanceSql = """
        update intake.stream
           set last_as_of = $2
             , last_seq   = $3
             , last_rows  = $4
         where stream_id = $1
        """;

    // A held file's rows are held, an ignored one's are known. What chunks could not apply is held too, in Failures.
    internal const string AccountsSql = """
        select f.file_id, f.name, f.type, f.state, f.code, f.rows
             , f.unchanged
             , coalesce(c.applied, 0)
             , f.quarantined
             , case f.state when 'HELD' then f.rows else coalesce(c.held, 0) + coalesce(c.failed, 0) end
             , f.parsed, f.ended
          from intake.file f
          left join (select file_id, sum(applied) applied, sum(held) held, sum(failed) failed
                       from intake.chunk
                      where run_id = $1
                      group by file_id) c on c.file_id = f.file_id
         where f.run_id = $1
         order by f.file_id
        """;

    internal static async Task<StreamPosition> Stream(
        HubTransaction work, string source, string type, string area, CancellationToken cancellationToken) =>
        (await work.Query(
            StreamSql,
            [Parameter.Text(source), Parameter.Text(type), Parameter.Text(area)],
            row => new StreamPosition(row.GetInt32(0), row.ValueOrNull<DateTimeOffset>(1), row.GetInt32(2), row.GetInt64(3)),
            cancellationToken)).First();

    internal static async Task<FileHead?> OfRun(HubTransaction work, Guid runId, string name, CancellationToken cancellationToken) =>
        (await work.Query(
            OfRunSql,
            [Parameter.As(runId), Parameter.Text(name)],
            row => new FileHead(row.GetInt32(0), row.GetInt32(1), row.GetString(2), row.GetString(3), row.GetString(4), row.GetInt64(5)),
            cancellationToken)).SingleOrDefault();

    internal static async Task<EarlierFile?> SameName(
        HubTransaction work, int streamId, string name, string digest, CancellationToken cancellationToken) =>
        (await work.Query(
            SameNameSql,
            [Parameter.As(streamId), Parameter.Text(name), Parameter.Text(digest)],
            row => new EarlierFile(row.GetString(0)),
            cancellationToken)).SingleOrDefault();

    internal static async Task<int> Add(
        HubTransaction work, Guid runId, StreamPosition stream, Snapshot snapshot, Archived archived, long rows, string state,
        string? code, DateTimeOffset now, CancellationToken cancellationToken) =>
        (await work.Query(
            AddSql,
            [
                Parameter.As(runId), Parameter.As(stream.StreamId), Parameter.Text(snapshot.Name), Parameter.Text(snapshot.Layout.Type),
                Parameter.Text(archived.Sha256), Parameter.Text(archived.Reference), Parameter.Instant(snapshot.Manifest?.AsOf ?? now),
                Parameter.As(snapshot.Manifest?.Sequence ?? 0), Parameter.Text(state), Parameter.Text(code), Parameter.As(rows),
                Parameter.As(state == "IGNORED" ? rows : 0L), Parameter.Instant(now),
            ],
            row => row.GetInt32(0),
            cancellationToken)).Single();

    internal static async Task Done(
        HubTransaction work, FileHead file, SnapshotManifest manifest, long unchanged, long parsed, long ended,
        CancellationToken cancellationToken)
    {
        await work.Execute(
            DoneSql,
            [Parameter.As(file.FileId), Parameter.As(unchanged), Parameter.As(parsed), Parameter.As(ended)],
            cancellationToken);
        await work.Execute(
            AdvanceSql,
            [
                Parameter.As(file.StreamId), Parameter.Instant(manifest.AsOf), Parameter.As(manifest.Sequence), Parameter.As(file.Rows),
            ],
            cancellationToken);
    }

    public static Task<List<FileAccount>> Accounts(HubTransaction work, Guid runId, CancellationToken cancellationToken) =>
        work.Query(AccountsSql, [Parameter.As(runId)], ReadAccount, cancellationToken);

    private static FileAccount ReadAccount(Npgsql.NpgsqlDataReader row) => new()
    {
        FileId = row.GetInt32(0),
        Name = row.GetString(1),
        Type = row.GetString(2),
        State = row.GetString(3),
        Code = row.TextOrNull(4),
        Rows = row.GetInt64(5),
        Unchanged = row.GetInt64(6),
        Applied = row.GetInt64(7),
        Quarantined = row.GetInt64(8),
        Held = row.GetInt64(9),
        Parsed = row.GetInt64(10),
        Ended = row.GetInt64(11),
    };
}
