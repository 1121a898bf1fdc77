using System.Text;
using System.Text.Json;
using IntegrationHub.Intake;
using IntegrationHub.IntegrationTests.Subscriptions;
using IntegrationHub.Protection;

namespace IntegrationHub.IntegrationTests.Intake;

/// <summary>Repairs are kept beside the value, sealed, and counted by sender (domain.md §3).</summary>
public sealed class QualityTests(HubDatabases databases)
{
    private static readonly Keyring Keyring = new(new byte[32]);

    private static readonly RepairedRow[] Rows =
    [
        new(1, [new Repair("身份证", "id.full_width+id.x_form", "４１…×", "41…X"), new Repair("姓名", "name.spaces", "张 三", "张三")]),
        new(7, [new Repair("身份证", "id.x_form", "41…x", "41…X")]),
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Quality_counts_repairs_and_problems_by_sender_column_and_rule()
    {
        await using var database = await Landed();

        await using var work = await database.Hub.Begin(Token);
        var senders = await QualityStore.Report(work, "provincial", Token);

        var sender = Assert.Single(senders);
        Assert.Equal(("provincial", "410499", "CY", 1L, 100L, 40L), (sender.Source, sender.Area, sender.Type, sender.Files, sender.Rows, sender.Read));
        Assert.Equal(
            [new("身份证", "id.x_form", 2), new("姓名", "name.spaces", 1), new("身份证", "id.full_width", 1)], sender.Repairs.OrderByDescending(count => count.Count).ThenBy(count => count.Code == "id.full_width"));
        Assert.Equal([new("出生日期", "date.invalid", 2), new("身份证", "id.checksum", 1)], sender.Problems);
        Assert.Empty(await QualityStore.Report(work, "another", Token));
        Assert.Single(await QualityStore.Report(work, null, Token));
    }

    [Fact]
    public async Task A_repair_can_be_looked_into_with_the_key_and_not_without()
    {
        await using var database = await Landed();

        await using var work = await database.Hub.Begin(Token);
        var bytes = (await work.Query(
            "select sealed from intake.repair where row_number = 1 and column_name = '姓名'", [], row => row.GetFieldValue<byte[]>(0), Token)).Single();

        Assert.Equal(("张 三", "张三"), Open(bytes));
        Assert.DoesNotContain("张", Encoding.UTF8.GetString(bytes), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_chunk_that_is_landed_again_keeps_its_first_repairs()
    {
        await using var database = await Landed();

        await using var work = await database.Hub.Begin(Token);
        await RepairStore.Add(work, Keyring, 1, Rows, Token);

        Assert.Equal(3L, (await work.Query("select count(*) from intake.repair", [], row => row.GetInt64(0), Token)).Single());
    }

    private async Task<OwnDatabase> Landed()
    {
        var database = await databases.Create(Token);
        await database.Run(
            """
            insert into intake.run (run_id, source, as_of, state, started_at, heartbeat_at)
            values ('00000000-0000-0000-0000-000000000001', 'provincial', now(), 'COMPLETED', now(), now());
            insert into intake.stream (source, type, area) values ('provincial', 'CY', '410499');
            insert into intake.file (run_id, stream_id, name, type, digest, archive_ref, as_of, seq, state, rows, unchanged, parsed, received_at)
            values ('00000000-0000-0000-0000-000000000001', 1, 'f', 'CY', '', '', now(), 1, 'DONE', 100, 60, 40, now())
            """);
        await using var work = await database.Hub.Begin(Token);
        await RepairStore.Add(work, Keyring, 1, Rows, Token);
        await QuarantineStore.Add(
            work, 1,
            [
                new QuarantinedRow(3, ["id.checksum", "date.invalid"], ["身份证", "出生日期"], 0, 1),
                new QuarantinedRow(9, ["date.invalid"], ["出生日期"], 0, 1),
            ],
            Token);
        await work.Commit(Token);
        return database;
    }

    private static (string? Was, string? Became) Open(byte[] bytes)
    {
        using var document = JsonDocument.Parse(Keyring.OpenFromStore(bytes));
        return (document.RootElement.GetProperty("was").GetString(), document.RootElement.GetProperty("became").GetString());
    }
}
