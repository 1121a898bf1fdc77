using System.Text.Json;
using IntegrationHub.Database;

namespace IntegrationHub.Intake;

/// <summary>What became of one file, to the row: rows = unchanged + applied + quarantined + held.</summary>
public sealed record FileAccount
{
    public required int FileId { get; init; }
    public required string Name { get; init; }
    public required string Type { get; init; }

    /// <summary>LANDING, DONE, HELD, HISTORY, IGNORED, RELEASING, RELEASED or REJECTED.</summary>
    public required string State { get; init; }
    public string? Code { get; init; }

    /// <summary>More about the code for people, in Chinese: names of columns, never a value.</summary>
    public string? Detail { get; init; }
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

internal sealed record FileHead(int FileId, int StreamId, string Name, string State, string ArchiveRef, long Rows, int Revision);

/// <summary>A file as it is written down when it has been looked at.</summary>
internal sealed record FileToAdd
{
    public required Guid RunId { get; init; }
    public required int StreamId { get; init; }
    public required Snapshot Snapshot { get; init; }
    public required string Digest { get; init; }
    public required string ArchiveRef { get; init; }
    public required long Rows { get; init; }
    public required string State { get; init; }
    public string? Code { get; init; }
    public string? Detail { get; init; }
    public int Revision { get; init; }
    public FileShape? Shape { get; init; }

    /// <summary>The held file whose bytes these are, when an official let them through.</summary>
    public int? ReleasedFrom { get; init; }
    public required DateTimeOffset Now { get; init; }
}

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
        select file_id, stream_id, name, state, archive_ref, rows, revision
          from intake.file
         where run_id = $1
           and name = $2
        """;

    internal const string EarlierSql = """
        select coalesce(bool_or(digest = $3 and (name = $2 or as_of = $4)), false)
             , coalesce(bool_or(digest <> $3 and name = $2), false)
             , coalesce(max(revision) filter (where as_of = $4 and state = 'DONE'), -1)
          from intake.file
         where stream_id = $1
           and state in ('DONE', 'HISTORY')
        """;

    internal const string AddSql = """
        insert into intake.file (run_id, stream_id, name, type, digest, archive_ref, as_of, seq, state, code, rows, unchanged, received_at
                               , detail, revision, format, encoding, separator, layout, delta, manifest, released_from)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)
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
             , last_rows  = coalesce($4, last_rows)
         where stream_id = $1
        """;

    // A held file's rows are held, whatever was decided about it since, and so are those of a late one, which is history
    // (file.stale); an ignored one's are known. What chunks could not apply is held too, in Failures. A row that was read
    // again after a layout was mended counts for the file that brought it, in whichever run that was.
    internal const string AccountsSql = """
        select f.file_id, f.name, f.type, f.state, f.code, f.rows
             , f.unchanged
             , coalesce(c.applied, 0)
             , f.quarantined
             , case when f.state in ('HELD', 'HISTORY', 'RELEASING', 'RELEASED', 'REJECTED') then f.rows
                    else coalesce(c.held, 0) + coalesce(c.failed, 0) end
             , f.parsed, f.ended, f.detail
          from intake.file f
          left join lateral (select sum(applied) applied, sum(held) held, sum(failed) failed
                               from intake.chunk
                              where file_id = f.file_id) c on true
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
            row => new FileHead(
                row.GetInt32(0), row.GetInt32(1), row.GetString(2), row.GetString(3), row.GetString(4), row.GetInt64(5), row.GetInt32(6)),
            cancellationToken)).SingleOrDefault();

    internal static async Task<EarlierFiles> Earlier(
        HubTransaction work, int streamId, string name, string digest, DateTimeOffset? asOf, CancellationToken cancellationToken) =>
        (await work.Query(
            EarlierSql,
            [Parameter.As(streamId), Parameter.Text(name), Parameter.Text(digest), Parameter.Instant(asOf)],
            row => new EarlierFiles(row.GetBoolean(0), row.GetBoolean(1), row.GetInt32(2)),
            cancellationToken)).Single();

    internal static async Task<int> Add(HubTransaction work, FileToAdd file, CancellationToken cancellationToken) =>
        (await work.Query(
            AddSql,
            [
                Parameter.As(file.RunId), Parameter.As(file.StreamId), Parameter.Text(file.Snapshot.Name),
                Parameter.Text(file.Snapshot.Layout.Type), Parameter.Text(file.Digest), Parameter.Text(file.ArchiveRef),
                Parameter.Instant(file.Snapshot.Manifest?.AsOf ?? file.Now), Parameter.As(file.Snapshot.Manifest?.Sequence ?? 0),
                Parameter.Text(file.State), Parameter.Text(file.Code), Parameter.As(file.Rows),
                Parameter.As(file.State == "IGNORED" ? file.Rows : 0L), Parameter.Instant(file.Now), Parameter.Text(file.Detail),
                Parameter.As(file.Revision), Parameter.Text(file.Snapshot.Format.ToString()), Parameter.Text(file.Shape?.Text.Name),
                Parameter.Text(file.Shape is { Format: RowFormat.Csv } csv ? $"{csv.Separator}" : null), Parameter.Text(file.Shape?.Layout.Layout),
                Parameter.As(file.Snapshot.IsDelta),
                Parameter.Text(file.Snapshot.Manifest is { } manifest ? JsonSerializer.Serialize(manifest, JsonSerializerOptions.Web) : null),
                new Npgsql.NpgsqlParameter<int?> { TypedValue = file.ReleasedFrom, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Integer },
            ],
            row => row.GetInt32(0),
            cancellationToken)).Single();

    /// <summary>Closes a file that has landed. Only a whole one says how many rows the next one should have.</summary>
    internal static async Task Done(
        HubTransaction work, FileHead file, SnapshotManifest manifest, bool isWhole, LandingCounts counts, CancellationToken cancellationToken)
    {
        await work.Execute(
            DoneSql,
            [Parameter.As(file.FileId), Parameter.As(counts.Unchanged), Parameter.As(counts.Parsed), Parameter.As(counts.Ended)],
            cancellationToken);
        await work.Execute(
            AdvanceSql,
            [
                Parameter.As(file.StreamId), Parameter.Instant(manifest.AsOf), Parameter.As(manifest.Sequence),
                new Npgsql.NpgsqlParameter<long?> { TypedValue = isWhole ? file.Rows : null, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Bigint },
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
        Detail = row.TextOrNull(12),
    };
}
