using IntegrationHub.Intake;
using IntegrationHub.IntegrationTests.Subscriptions;

namespace IntegrationHub.IntegrationTests.Intake;

/// <summary>Quarantined rows that are read again from the archive after a layout was mended; and a province that needs no code.</summary>
public sealed class RowsAgainTests(HubDatabases databases)
{
    private const string Layout =
        """
        {
          "layout": "third-members",
          "type": "CY",
          "source": "anything",
          "files": "^(?<county>[^_]+)_成员_(?<date>\\d{4}-\\d{2}-\\d{2})_(?<seq>\\d+)\\.txt$",
          "areas": { "示例县": "410499" },
          "separator": "\t",
          "snapshot": true,
          "key": ["户号", "证件号码"],
          "keyWhenEmpty": ["成员姓名", "生日"],
          "columns": [
            { "name": "证件号码", "field": "idNo", "form": "residentId" },
            { "name": "成员姓名", "aliases": ["Name"], "field": "name", "form": "text", "required": true },
            { "name": "生日", "field": "birth", "form": "date" },
            { "name": "户号", "field": "householdRef", "form": "text", "required": true },
            { "name": "性别", "field": "sex", "form": "code", "codes": { "男": "1", "女": "2" } }
          ]
        }
        """;

    private static readonly string[] s_rows =
    [
        $"{Province.IdOf(1)}\t甲\tH1\t男\t自有",
        $"{Province.IdOf(2)}\t乙\tH2\t女性\t自有",
        $"{Province.IdOf(3)}\t丙\tH3\t男的\t自有",
    ];

    [Fact]
    public async Task D08_a_third_province_with_other_names_order_separator_codes_and_file_names_needs_no_code()
    {
        await using var world = await NightWorld.Create(databases);
        var folder = await Third(world);
        Send(1).Drop(folder);

        var files = await world.Night(1, "third");

        Assert.Equal(("DONE", "file.new_columns", 1L, 2L), (files[0].State, files[0].Code, files[0].Applied, files[0].Quarantined));
        Assert.Equal("third 410499 CY", await world.Ask("select source, area, type from intake.stream"));
        Assert.Equal("third COMPLETED", await world.Ask("select source, state from intake.run"));
        Assert.Equal("third-members \t UTF-8", await world.Ask("select layout, separator, encoding from intake.file"));
        Assert.True(File.Exists(Path.Combine(Path.GetDirectoryName(folder)!, "results", $"{files[0].Name}.ret"))); // it has a parent
    }

    [Fact]
    public async Task Rows_are_read_again_after_the_layout_was_mended_and_the_file_still_adds_up()
    {
        await using var world = await NightWorld.Create(databases);
        var folder = await Third(world);
        Send(1).Drop(folder);
        var before = await world.Night(1, "third");

        await Mend(folder, "\"女\": \"2\"", "\"女\": \"2\", \"女性\": \"2\"");
        await world.RunAgain(new QuarantineFilter(before[0].Name, "code.unknown"), "third");

        var after = Assert.Single(await world.Accounts(await RunOf(world)));
        Assert.Equal((3L, 2L, 1L), (after.Rows, after.Applied, after.Quarantined));
        Assert.Equal("OPEN 1 RESOLVED 1", await world.Ask("select string_agg(state || ' ' || n, ' ' order by state) from (select state, count(*) n from intake.quarantine group by state) s"));
        Assert.Equal("2", await world.Ask("select count(*) from identity.member"));
        await world.AssertConserved();
        var result = await File.ReadAllLinesAsync(Path.Combine(Path.GetDirectoryName(folder)!, "results", $"{after.Name}.ret"), TestContext.Current.CancellationToken); // it has a parent
        Assert.DoesNotContain(result, line => line.StartsWith("2,", StringComparison.Ordinal));
        Assert.Contains(result, line => line.StartsWith("3,code.unknown", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Rows_read_again_never_overwrite_what_was_applied_since()
    {
        await using var world = await NightWorld.Create(databases);
        var folder = await Third(world);
        Send(1).Drop(folder);
        var first = await world.Night(1, "third");
        (Send(2) with { Rows = [s_rows[0], s_rows[1].Replace("女性", "女", StringComparison.Ordinal).Replace("乙", "乙新", StringComparison.Ordinal), s_rows[2]] }).Drop(folder);
        await world.Night(2, "third");
        var before = await BusinessState.Of(world);

        await Mend(folder, "\"女\": \"2\"", "\"女\": \"2\", \"女性\": \"1\"");
        await world.RunAgain(new QuarantineFilter(first[0].Name), "third");

        Assert.Equal(before, await BusinessState.Of(world));
        Assert.Equal("1", await world.Ask("select count(*) from intake.quarantine where state = 'RESOLVED'"));
        await world.AssertConserved();
    }

    [Fact]
    public async Task A_layout_that_cannot_work_is_noted_and_stops_no_other_source()
    {
        await using var world = await NightWorld.Create(databases);
        var folder = await Third(world);
        Send(1).Drop(folder);
        await Mend(folder, "\"form\": \"date\"", "\"form\": \"day\"");

        Assert.Empty(await world.Night(1, "third"));
        Assert.Contains("layout.invalid", await world.Problems(), StringComparison.Ordinal);
        new SentFile("CY", "410499", 1, [$"H1,张三,{Province.IdOf(1)},10,1,{Province.IdOf(1)[6..14]},,,,"]).Drop(world.DropFolder);
        Assert.Equal("DONE", Assert.Single(await world.Night(1)).State);
    }

    private static SentFile Send(int night) => new("CY", "410499", night, s_rows)
    {
        Name = $"示例县_成员_2026-03-0{night + 1}_{night}.txt",
        Header = "证件号码\tName\t户号\t性别\t住房",
        Encoding = "UTF-8",
    };

    private static async Task<string> Third(NightWorld world)
    {
        var home = Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(world.DropFolder)!, "third")).FullName; // it has a parent
        var (drop, layouts) = (Path.Combine(home, "drop"), Path.Combine(home, "layouts"));
        Directory.CreateDirectory(drop);
        Directory.CreateDirectory(layouts);
        await File.WriteAllTextAsync(Path.Combine(layouts, "members.json"), Layout, TestContext.Current.CancellationToken);
        await world.Restart(new Dictionary<string, string?>
        {
            ["Hub:Provinces:0:Source"] = "third",
            ["Hub:Provinces:0:DropFolder"] = drop,
            ["Hub:Provinces:0:Layouts"] = layouts,
            ["Hub:Provinces:0:Counties"] = "410499",
        });
        return drop;
    }

    private static async Task Mend(string dropFolder, string was, string becomes)
    {
        var file = Path.Combine(Path.GetDirectoryName(dropFolder)!, "layouts", "members.json"); // it has a parent
        var text = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        Assert.Contains(was, text, StringComparison.Ordinal);
        await File.WriteAllTextAsync(file, text.Replace(was, becomes, StringComparison.Ordinal), TestContext.Current.CancellationToken);
    }

    private static async Task<Guid> RunOf(NightWorld world) => Guid.Parse(await world.Ask("select run_id from intake.file limit 1"));
}
