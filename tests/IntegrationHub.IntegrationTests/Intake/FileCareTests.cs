using System.IO.Compression;
using System.Text;
using IntegrationHub.Contracts;
using IntegrationHub.Intake;
using IntegrationHub.IntegrationTests.Subscriptions;

namespace IntegrationHub.IntegrationTests.Intake;

/// <summary>Whole files that are late, doubled, corrected, shrunken, zipped, and what an official does about them.</summary>
public sealed class FileCareTests(HubDatabases databases)
{
    [Fact]
    public async Task Scenario_18_a_snapshot_that_arrives_after_a_newer_one_is_history_and_changes_nothing()
    {
        await using var world = await NightWorld.Create(databases);
        var province = new Province(1, 60);
        var (first, second, third) = (province.Night(1), province.Night(2), province.Night(3));
        await Live(world, 1, first);
        await Live(world, 2, third);
        var before = await BusinessState.Of(world);

        var files = await Live(world, 3, second);

        Assert.All(files, file => Assert.Equal(("HISTORY", "file.stale", file.Rows, 0L), (file.State, file.Code, file.Held, file.Parsed)));
        Assert.Equal(before, await BusinessState.Of(world));
        Assert.Equal("9", await world.Ask("select count(distinct archive_ref) from intake.file where state = 'HISTORY'"));
        await world.AssertConserved();
    }

    [Fact]
    public async Task Scenario_19_a_snapshot_with_62_of_100_rows_is_held_nobody_ends_and_the_full_one_is_taken_once()
    {
        await using var world = await NightWorld.Create(databases);
        var members = Members(100);
        await Live(world, 1, [members]);

        var short1 = await Live(world, 2, [members with { Night = 2, Name = Name(2), Rows = [.. members.Rows.Take(62)], Sequence = 2 }]);
        var promised = members with { Night = 3, Name = Name(3), Rows = [.. members.Rows.Take(62)], Sequence = 3 };
        promised.Drop(world.DropFolder, promised: 100);
        var short2 = await world.Night(3);
        var full = await Live(world, 4, [members with { Night = 4, Name = Name(4), Sequence = 4 }]);

        Assert.Equal(("HELD", "file.shrunk", 62L), (short1[0].State, short1[0].Code, short1[0].Held));
        Assert.Equal(("HELD", "file.rows"), (short2[0].State, short2[0].Code));
        Assert.Equal(("DONE", 100L, 0L), (full[0].State, full[0].Unchanged, full[0].Ended));
        Assert.Equal(0, await world.Missing());
        await world.AssertConserved();
    }

    [Fact]
    public async Task Scenario_20_the_same_name_with_one_changed_row_lands_that_row_only_and_after_the_first()
    {
        await using var world = await NightWorld.Create(databases);
        var members = Members(20);
        await Live(world, 1, [members]);
        var again = await Live(world, 1, [members]);
        var version = await Version(world);

        var corrected = await Live(world, 1, [members with { Rows = [.. members.Rows.SkipLast(1), members.Rows[^1].Replace(",10,", ",11,", StringComparison.Ordinal)] }]);

        Assert.Equal(("IGNORED", "file.duplicate", 20L), (again[0].State, again[0].Code, again[0].Unchanged));
        Assert.Equal(("DONE", "file.corrected", 19L, 1L), (corrected[0].State, corrected[0].Code, corrected[0].Unchanged, corrected[0].Applied));
        Assert.Equal(version + 1, await Version(world));
        Assert.Equal("1", await world.Ask("select count(*) from identity.member where relation = '11'"));
        await world.AssertConserved();
    }

    [Fact]
    public async Task Scenario_21_a_person_who_moved_while_the_other_countys_file_is_late_never_ends()
    {
        await using var world = await NightWorld.Create(databases);
        var moving = Row(500);
        await Live(world, 1, [Of("410498", 1, [moving, Row(1), Row(2)]), Of("410499", 1, [Row(3)])]);
        await Live(world, 2, [Of("410498", 2, [Row(1), Row(2)])]); // the other county is late

        var third = await Live(world, 3, [Of("410498", 3, [Row(1), Row(2)])]);
        var ended = third.Sum(file => file.Ended);
        var late = await Live(world, 4, [Of("410498", 4, [Row(1), Row(2)]), Of("410499", 4, [Row(3), moving])]);
        var after = await Live(world, 5, [Of("410498", 5, [Row(1), Row(2)]), Of("410499", 5, [Row(3), moving])]);

        Assert.Equal(0, ended + late.Sum(file => file.Ended) + after.Sum(file => file.Ended));
        Assert.Equal("0", await world.Ask("select count(*) from identity.member where ended"));
        Assert.Equal(0, await world.Missing("410498"));
    }

    [Fact]
    public async Task D12_a_row_that_is_missing_ends_after_two_snapshots_and_a_delta_ends_nobody()
    {
        await using var world = await NightWorld.Create(databases);
        await Live(world, 1, [Of("410499", 1, [Row(1), Row(2)])]);
        var delta = Of("410499", 2, [Row(3)]);
        await Live(world, 2, [delta with { Name = delta.Name.Replace("_F_", "_D_", StringComparison.Ordinal) }]);
        Assert.Equal(0, await world.Missing());

        var first = await Live(world, 3, [Of("410499", 3, [Row(1), Row(3)])]);
        var second = await Live(world, 4, [Of("410499", 4, [Row(1), Row(3)])]);

        Assert.Equal((0L, 1L), (first[0].Ended, second[0].Ended));
        Assert.Equal("1", await world.Ask("select count(*) from identity.member where ended"));
    }

    [Fact]
    public async Task D12_a_moved_person_does_end_when_the_late_county_never_comes()
    {
        await using var world = await NightWorld.Create(databases);
        await Live(world, 1, [Of("410498", 1, [Row(500), Row(1)]), Of("410499", 1, [Row(3)])]);
        var ended = new List<long>();
        for (var night = 2; night <= 6; night++)
            ended.Add((await Live(world, night, [Of("410498", night, [Row(1)])])).Sum(file => file.Ended));

        Assert.Equal([0, 0, 0, 1, 0], ended);
    }

    [Fact]
    public async Task D10_two_nights_files_in_one_folder_are_taken_the_older_first()
    {
        await using var world = await NightWorld.Create(databases);
        var newer = Of("410499", 2, [Row(1), Row(2)]) with { Name = "DSR_CY_410499_20260302_F_0002.csv" };
        var older = Of("410499", 1, [Row(1)]) with { Name = "DSR_CY_410499_20260303_F_0001.csv" }; // its name would sort it last

        var files = await Live(world, 2, [newer, older]);

        Assert.Equal([("DONE", 1L), ("DONE", 1L)], files.ConvertAll(file => (file.State, file.Applied)));
        Assert.Equal(older.Name, files[0].Name);
    }

    [Fact]
    public async Task D10_an_empty_file_is_held_and_yesterdays_file_under_a_new_name_is_known()
    {
        await using var world = await NightWorld.Create(databases);
        var members = Members(20);
        await Live(world, 1, [members]);

        var empty = await Live(world, 2, [members with { Night = 2, Name = Name(2), Sequence = 2, Rows = [] }]);
        var yesterday = await Live(world, 2, [members with { Name = Name(3) }]);

        Assert.Equal(("HELD", "file.empty"), (empty[0].State, empty[0].Code));
        Assert.Equal(("IGNORED", "file.duplicate"), (yesterday[0].State, yesterday[0].Code));
    }

    [Fact]
    public async Task D10_a_held_file_is_listed_released_with_a_reason_and_adds_up()
    {
        await using var world = await NightWorld.Create(databases);
        var members = Members(100);
        await Live(world, 1, [members]);
        var small = members with { Night = 2, Name = Name(2), Sequence = 2, Rows = [.. members.Rows.Take(40)] };
        await Live(world, 2, [small]);

        var files = await world.Release(small.Name);

        Assert.Equal(("DONE", 40L), (files[0].State, files[0].Unchanged));
        Assert.Equal(60, await world.Missing());
        var held = await world.Get<HeldFiles>().Find(small.Name, TestContext.Current.CancellationToken);
        Assert.Equal(("RELEASED", "file.shrunk", "王科长", "核实属实"), (held.State, held.Code, held.DecidedBy, held.DecisionReason));
        Assert.Equal("file.released", await world.Ask("select action from audit.entry where actor = '王科长' order by sequence limit 1"));
        await world.AssertConserved();
        var again = await Assert.ThrowsAsync<HubProblemException>(() => world.Release(small.Name));
        Assert.Equal("held.decided", again.Code);
    }

    [Fact]
    public async Task D10_a_torn_file_cannot_be_released_and_a_rejected_one_is_closed()
    {
        await using var world = await NightWorld.Create(databases);
        var torn = Members(100).Drop(world.DropFolder, isTorn: true);
        await world.Night(1);
        var held = world.Get<HeldFiles>();
        var cancellationToken = TestContext.Current.CancellationToken;

        var refused = await Assert.ThrowsAsync<HubProblemException>(() => world.Release(torn.Name));
        var rejected = await held.Reject(torn.Name, "李科长", "来源已确认传输中断", cancellationToken);

        Assert.Equal("held.not_releasable", refused.Code);
        Assert.Equal("REJECTED", rejected.State);
        await using var work = await world.Hub.Begin(cancellationToken);
        Assert.Empty(await HeldFileStore.List(work, all: false, 10, cancellationToken));
        Assert.Single(await HeldFileStore.List(work, all: true, 10, cancellationToken));
        await world.AssertConserved();
    }

    [Fact]
    public async Task D10_a_released_file_that_is_wrong_otherwise_stays_held_for_that()
    {
        await using var world = await NightWorld.Create(databases);
        var members = Members(100);
        await Live(world, 1, [members]);
        var doubtful = members with { Night = 2, Name = Name(2), Sequence = 2, Rows = [.. members.Rows.Take(40)] };
        doubtful.Drop(world.DropFolder, promised: 41); // the count is wrong, and it shrank
        await world.Night(2);

        await world.Release(doubtful.Name);

        var held = await world.Get<HeldFiles>().Find(doubtful.Name, TestContext.Current.CancellationToken);
        Assert.Equal(("HELD", "file.shrunk"), (held.State, held.Code));
        Assert.Contains("held.still_wrong", await world.Problems(), StringComparison.Ordinal);
        Assert.Equal(("DONE", 40L), (await world.Release(doubtful.Name)) is [var taken] ? (taken.State, taken.Unchanged) : default);
    }

    [Fact]
    public async Task D10_a_zip_with_gbk_names_is_taken_file_by_file()
    {
        await using var world = await NightWorld.Create(databases);
        var (members, households) = (Members(5), new Province(3, 9).Night(1).First(file => file.Type == "HZ"));
        Zip(Path.Combine(world.DropFolder, "示例县.zip"), "示例县/", members, households);

        var files = await world.Night(1);

        Assert.Equal(["DONE", "DONE"], files.ConvertAll(file => file.State));
        Assert.Equal(5, files.Single(file => file.Type == "CY").Applied);
        Assert.Empty(Directory.GetFiles(world.DropFolder));
        Assert.True(File.Exists(Path.Combine(world.Results, $"{members.Name}.ret")));
        Assert.Equal("", await world.Problems());
    }

    [Fact]
    public async Task D10_a_zip_bomb_is_refused_before_it_is_unpacked_and_the_night_goes_on()
    {
        await using var world = await NightWorld.Create(databases);
        using (var zip = ZipFile.Open(Path.Combine(world.DropFolder, "bomb.zip"), ZipArchiveMode.Create))
        {
            using var entry = zip.CreateEntry("DSR_CY_410499_20260302_F_0001.csv", CompressionLevel.SmallestSize).Open();
            var block = new byte[1 << 20];
            for (var i = 0; i < 20; i++)
                entry.Write(block);
        }

        await File.WriteAllTextAsync(Path.Combine(world.DropFolder, "no.zip"), "not a zip", TestContext.Current.CancellationToken);
        var files = await Live(world, 1, [Members(5)]);

        Assert.Equal("DONE", Assert.Single(files).State);
        Assert.Contains("file.zip", await world.Problems(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task D09_the_result_file_says_row_code_and_column_in_chinese_and_no_value()
    {
        await using var world = await NightWorld.Create(databases);
        var members = Members(3);
        var bad = members with { Rows = [members.Rows[0], members.Rows[1].Replace("410499", "410498", StringComparison.Ordinal), members.Rows[2] + ",=cmd"] };

        await Live(world, 1, [bad]);

        var lines = await File.ReadAllLinesAsync(Path.Combine(world.Results, $"{bad.Name}.ret"), TestContext.Current.CancellationToken);
        Assert.Equal(["行号,代码,说明", "2,id.checksum,身份证 身份证号码校验位不符", "3,row.columns,列数与表头不符"], lines);
    }

    private static async Task<List<FileAccount>> Live(NightWorld world, int night, IReadOnlyList<SentFile> files)
    {
        foreach (var file in files)
            file.Drop(world.DropFolder);
        return await world.Night(night);
    }

    private static async Task<long> Version(NightWorld world) => long.Parse(
        await world.Ask("select max(version) from identity.member"), System.Globalization.CultureInfo.InvariantCulture);

    private static SentFile Members(int count) => Of("410499", 1, [.. Enumerable.Range(1, count).Select(Row)]);

    private static SentFile Of(string county, int night, IReadOnlyList<string> rows) => new("CY", county, night, rows);

    private static string Name(int night) => Of("410499", night, []).Name;

    private static string Row(int number)
    {
        var id = Province.IdOf(number);
        return $"H{number},王某{(char)('一' + number)},{id},10,{((id[16] - '0') % 2 == 1 ? 1 : 2)},{id[6..14]},,,,";
    }

    // As a Windows shell packs: names in GBK, not marked as UTF-8.
    private static void Zip(string path, string folder, params SentFile[] files)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        using var zip = new ZipArchive(File.Create(path), ZipArchiveMode.Create, leaveOpen: false, Encoding.GetEncoding("gbk"));
        foreach (var file in files)
        {
            using (var entry = zip.CreateEntry(folder + file.Name).Open())
                entry.Write(file.Bytes);
            using (var manifest = zip.CreateEntry($"{folder}{file.Name}.ok").Open())
                manifest.Write(Encoding.UTF8.GetBytes(file.Manifest(file.Name, file.Bytes, file.Rows.Count)));
        }
    }
}
