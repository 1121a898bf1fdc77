using System.Text.Json;
using IntegrationHub.Database;
using IntegrationHub.Protection;
using NpgsqlTypes;

namespace IntegrationHub.Intake;

/// <summary>A row of a file that was read after something in it was put right.</summary>
internal sealed record RepairedRow(long Row, IReadOnlyList<Repair> Repairs);

/// <summary>Keeps every repair beside its value: the rule in clear, what was and what became sealed (domain.md §3).</summary>
internal static class RepairStore
{
    internal const string AddSql = """
        insert into intake.repair (file_id, row_number, column_name, rule, sealed)
        select $1, row_number, column_name, rule, sealed
          from unnest($2, $3, $4, $5) as added (row_number, column_name, rule, sealed)
            on conflict (file_id, row_number, column_name) do nothing
        """;

    public static async Task Add(
        HubTransaction work, Keyring keyring, int fileId, IReadOnlyCollection<RepairedRow> rows, CancellationToken cancellationToken)
    {
        if (rows.Count == 0)
            return;
        var cells = rows.SelectMany(row => row.Repairs, (row, repair) => (row.Row, Repair: repair)).ToList();
        await work.Execute(
            AddSql,
            [
                Parameter.As(fileId),
                Parameter.Column(cells, cell => cell.Row, NpgsqlDbType.Bigint),
                Parameter.Column(cells, cell => cell.Repair.Column, NpgsqlDbType.Text),
                Parameter.Column(cells, cell => cell.Repair.Rule, NpgsqlDbType.Text),
                Parameter.Column(cells, cell => Seal(keyring, cell.Repair), NpgsqlDbType.Bytea),
            ],
            cancellationToken);
    }

    private static byte[] Seal(Keyring keyring, Repair repair) =>
        keyring.SealForStore(JsonSerializer.SerializeToUtf8Bytes(new { repair.Was, repair.Became }, JsonSerializerOptions.Web));
}
