using IntegrationHub.Database;
using NpgsqlTypes;

namespace IntegrationHub.Intake;

/// <summary>A file some of whose rows are read again.</summary>
internal sealed record FileAgain
{
    public required int FileId { get; init; }
    public required int StreamId { get; init; }
    public required string Name { get; init; }
    public required string Type { get; init; }
    public required string ArchiveRef { get; init; }
    public required string? Code { get; init; }
    public required RowFormat Format { get; init; }
    public required string? Encoding { get; init; }
    public required string? Separator { get; init; }

    /// <summary>The version its rows had that night.</summary>
    public required long Version { get; init; }
}

internal static class RowsAgainStore
{
    internal const string FilesSql = """
        select f.file_id, f.stream_id, f.name, f.type, f.archive_ref, f.code, f.format, f.encoding, f.separator, f.as_of, f.revision
          from intake.file f
          join intake.stream s on s.stream_id = f.stream_id
         where s.source = $1
           and f.state = 'DONE'
           and f.archive_ref <> ''
           and ($2 is null or f.name = $2)
           and exists (select
                         from intake.quarantine q
                        where q.file_id = f.file_id
                          and q.state = 'OPEN'
                          and ($3 is null or $3 = any (q.codes)))
         order by f.as_of, f.revision, f.file_id
        """;

    internal const string OpenRowsSql = """
        select row_number, codes, columns, byte_offset, byte_length
          from intake.quarantine
         where file_id = $1
           and state = 'OPEN'
           and ($2 is null or $2 = any (codes))
           and byte_offset > $3
         order by byte_offset
         limit $4
        """;

    internal const string ResolveSql = """
        update intake.quarantine
           set state       = 'RESOLVED'
             , resolved_at = $3
         where file_id = $1
           and row_number = any ($2)
        """;

    internal const string RestateSql = """
        update intake.quarantine q
           set codes   = string_to_array(added.codes, '|')
             , columns = string_to_array(added.columns, '|')
          from unnest($2::bigint[], $3::text[], $4::text[]) as added (row_number, codes, columns)
         where q.file_id = $1
           and q.row_number = added.row_number
        """;

    internal const string RecountSql = """
        update intake.file f
           set quarantined = (select count(*) from intake.quarantine q where q.file_id = $1 and q.state = 'OPEN')
         where f.file_id = $1
        """;

    internal const string SourcesSql = """
        select distinct s.source
          from intake.quarantine q
          join intake.file f on f.file_id = q.file_id
          join intake.stream s on s.stream_id = f.stream_id
         where q.state = 'OPEN'
           and f.state = 'DONE'
           and f.archive_ref <> ''
           and ($1 is null or f.name = $1)
           and ($2 is null or $2 = any (q.codes))
         order by s.source
        """;

    public static Task<List<FileAgain>> Files(
        HubTransaction work, string source, QuarantineFilter filter, CancellationToken cancellationToken) =>
        work.Query(
            FilesSql,
            [Parameter.Text(source), Parameter.Text(filter.File), Parameter.Text(filter.Code)],
            row => new FileAgain
            {
                FileId = row.GetInt32(0),
                StreamId = row.GetInt32(1),
                Name = row.GetString(2),
                Type = row.GetString(3),
                ArchiveRef = row.GetString(4),
                Code = row.TextOrNull(5),
                Format = Enum.Parse<RowFormat>(row.GetString(6)),
                Encoding = row.TextOrNull(7),
                Separator = row.TextOrNull(8),
                Version = row.GetFieldValue<DateTimeOffset>(9).ToUnixTimeMilliseconds() + row.GetInt32(10),
            },
            cancellationToken);

    public static Task<List<QuarantinedRow>> OpenRows(
        HubTransaction work, int fileId, QuarantineFilter filter, long after, int limit, CancellationToken cancellationToken) =>
        work.Query(
            OpenRowsSql,
            [Parameter.As(fileId), Parameter.Text(filter.Code), Parameter.As(after), Parameter.As(limit)],
            row => new QuarantinedRow(
                row.GetInt64(0), row.GetFieldValue<string[]>(1), row.GetFieldValue<string[]>(2), row.GetInt64(3), row.GetInt32(4)),
            cancellationToken);

    public static Task Resolve(HubTransaction work, int fileId, long[] rows, DateTimeOffset now, CancellationToken cancellationToken) =>
        work.Execute(ResolveSql, [Parameter.As(fileId), Parameter.As(rows), Parameter.Instant(now)], cancellationToken);

    public static Task Restate(
        HubTransaction work, int fileId, IReadOnlyCollection<QuarantinedRow> rows, CancellationToken cancellationToken) =>
        work.Execute(
            RestateSql,
            [
                Parameter.As(fileId),
                Parameter.Column(rows, row => row.Row, NpgsqlDbType.Bigint),
                Parameter.Column(rows, row => string.Join('|', row.Codes), NpgsqlDbType.Text),
                Parameter.Column(rows, row => string.Join('|', row.Columns), NpgsqlDbType.Text),
            ],
            cancellationToken);

    public static Task Recount(HubTransaction work, int fileId, CancellationToken cancellationToken) =>
        work.Execute(RecountSql, [Parameter.As(fileId)], cancellationToken);

    /// <summary>The sources that have open rows like these.</summary>
    public static Task<List<string>> Sources(HubTransaction work, QuarantineFilter filter, CancellationToken cancellationToken) =>
        work.Query(SourcesSql, [Parameter.Text(filter.File), Parameter.Text(filter.Code)], row => row.GetString(0), cancellationToken);
}
