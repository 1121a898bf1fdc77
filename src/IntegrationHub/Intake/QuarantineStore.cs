using IntegrationHub.Database;
using NpgsqlTypes;

namespace IntegrationHub.Intake;

/// <summary>A quarantined row as an administrator sees it: where and why, never what it said.</summary>
public sealed record QuarantineItem(string File, long Row, IReadOnlyList<string> Codes, IReadOnlyList<string> Columns, string State);

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
         order by row_number
        """;

    internal const string ListSql = """
        select f.name, q.row_number, q.codes, q.columns, q.state
          from intake.quarantine q
          join intake.file f on f.file_id = q.file_id
         where $1 is null
            or f.name = $1
         order by q.file_id desc, q.row_number
         limit $2
        """;

    internal const string CountSql = """
        select count(*)
          from intake.quarantine q
          join intake.file f on f.file_id = q.file_id
         where $1 is null
            or f.name = $1
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
        HubTransaction work, string? file, int limit, CancellationToken cancellationToken)
    {
        var items = await work.Query(
            ListSql,
            [Parameter.Text(file), Parameter.As(limit)],
            row => new QuarantineItem(
                row.GetString(0), row.GetInt64(1), row.GetFieldValue<string[]>(2), row.GetFieldValue<string[]>(3), row.GetString(4)),
            cancellationToken);
        var total = await work.Query(CountSql, [Parameter.Text(file)], row => row.GetInt64(0), cancellationToken);
        return (items, total.Single());
    }
}
