using IntegrationHub.Database;
using NpgsqlTypes;

namespace IntegrationHub.Intake;

/// <summary>A quarantined row as an administrator sees it: where and why, never what it said.</summary>
public sealed record QuarantineItem(
    int FileId, string File, long Row, IReadOnlyList<string> Codes, IReadOnlyList<string> Columns, string State,
    string Source, string Type, string Area, DateTimeOffset ReceivedAt, DateTimeOffset? ResolvedAt);

/// <summary>Which quarantined rows are meant; null means any. A row is <c>OPEN</c> or <c>RESOLVED</c>.</summary>
public sealed record QuarantineFilter(string? File = null, string? Code = null, string? State = "OPEN", long? Row = null);

public static class QuarantineStore
{
    // A text[][] of ragged lists does not exist in PostgreSQL, so lists travel joined by a character no code contains.
    internal const string AddSql = """
        insert into intake.quarantine (file_id, row_number, codes, columns, byte_offset, byte_length)
        select $1, row_number, string_to_array(codes, '|'), string_to_array(columns, '|'), byte_offset, byte_length
          from unnest($2, $3, $4, $5, $6) as added (row_number, codes, columns, byte_offset, byte_length)
            on conflict (file_id, row_number) do nothing
        """;

    internal const string OfFileSql = """
        select row_number, codes, columns, byte_offset, byte_length
          from intake.quarantine
         where file_id = $1
           and state = 'OPEN'
         order by row_number
        """;

    // One where for the list and its count.
    private const string Chosen = """
          from intake.quarantine q
          join intake.file f on f.file_id = q.file_id
          join intake.stream s on s.stream_id = f.stream_id
         where ($1 is null or f.name = $1)
           and ($2 is null or $2 = any (q.codes))
           and ($3 is null or q.state = $3)
           and ($4::bigint is null or q.row_number = $4)
        """;

    internal const string ListSql = $"""
        select q.file_id, f.name, q.row_number, q.codes, q.columns, q.state, s.source, f.type, s.area, f.received_at, q.resolved_at
        {Chosen}
         order by q.file_id desc, q.row_number
         limit $5
        """;

    internal const string CountSql = $"""
        select count(*)
        {Chosen}
        """;

    public static Task Add(
        HubTransaction work, int fileId, IReadOnlyCollection<QuarantinedRow> rows, CancellationToken cancellationToken) =>
        work.Execute(
            AddSql,
            [
                Parameter.As(fileId),
                Parameter.Column(rows, row => row.Row, NpgsqlDbType.Bigint),
                Parameter.Column(rows, row => string.Join('|', row.Codes), NpgsqlDbType.Text),
                Parameter.Column(rows, row => string.Join('|', row.Columns), NpgsqlDbType.Text),
                Parameter.Column(rows, row => row.Offset, NpgsqlDbType.Bigint),
                Parameter.Column(rows, row => row.Length, NpgsqlDbType.Integer),
            ],
            cancellationToken);

    public static Task<List<QuarantinedRow>> OfFile(HubTransaction work, int fileId, CancellationToken cancellationToken) =>
        work.Query(
            OfFileSql,
            [Parameter.As(fileId)],
            row => new QuarantinedRow(
                row.GetInt64(0), row.GetFieldValue<string[]>(1), row.GetFieldValue<string[]>(2), row.GetInt64(3), row.GetInt32(4)),
            cancellationToken);

    public static async Task<(List<QuarantineItem> Items, long Total)> List(
        HubTransaction work, QuarantineFilter filter, int limit, CancellationToken cancellationToken)
    {
        var items = await work.Query(ListSql, [.. Parameters(filter), Parameter.As(limit)], Read, cancellationToken);
        var total = await work.Query(CountSql, Parameters(filter), row => row.GetInt64(0), cancellationToken);
        return (items, total.Single());
    }

    /// <summary>The sources that have open rows like these, which can be read again.</summary>
    public static Task<List<string>> Sources(HubTransaction work, QuarantineFilter filter, CancellationToken cancellationToken) =>
        RowsAgainStore.Sources(work, filter, cancellationToken);

    private static Npgsql.NpgsqlParameter[] Parameters(QuarantineFilter filter) =>
    [
        Parameter.Text(filter.File), Parameter.Text(filter.Code), Parameter.Text(filter.State),
        new Npgsql.NpgsqlParameter<long?> { TypedValue = filter.Row, NpgsqlDbType = NpgsqlDbType.Bigint },
    ];

    private static QuarantineItem Read(Npgsql.NpgsqlDataReader row) => new(
        row.GetInt32(0), row.GetString(1), row.GetInt64(2), row.GetFieldValue<string[]>(3), row.GetFieldValue<string[]>(4), row.GetString(5),
        row.GetString(6), row.GetString(7), row.GetString(8), row.GetFieldValue<DateTimeOffset>(9), row.ValueOrNull<DateTimeOffset>(10));
}
