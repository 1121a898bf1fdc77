using IntegrationHub.IntegrationTests.Subscriptions;

namespace IntegrationHub.IntegrationTests.Intake;

/// <summary>
/// Ten nights with late, doubled, shrunken and torn files among them leave the hub where ten clean nights leave it, once
/// the last good files have arrived.
/// </summary>
public sealed class TenNightsTests(HubDatabases databases)
{
    private const int Nights = 10;

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    public async Task D10_ten_dirty_nights_end_where_ten_clean_ones_do(int seed)
    {
        await using var clean = await NightWorld.Create(databases);
        await using var dirty = await NightWorld.Create(databases);

        await LiveClean(clean, seed);
        var mishaps = await LiveDirty(dirty, seed, Nights);

        Assert.All(["file.torn", "file.shrunk", "file.duplicate", "file.stale", "file.no_manifest", "file.corrected"], code => Assert.Contains(code, mishaps));
        Assert.Equal(await BusinessState.Of(clean), await BusinessState.Of(dirty));
        await dirty.AssertConserved();
    }

    [Fact]
    public async Task The_comparison_sees_that_the_last_good_files_are_not_there()
    {
        await using var clean = await NightWorld.Create(databases);
        await using var dirty = await NightWorld.Create(databases);

        await LiveClean(clean, 11);
        await LiveDirty(dirty, 11, Nights - 2);

        Assert.NotEqual(await BusinessState.Of(clean), await BusinessState.Of(dirty));
    }

    [Fact]
    public async Task The_comparison_sees_a_late_file_that_was_let_in()
    {
        await using var clean = await NightWorld.Create(databases);
        await using var dirty = await NightWorld.Create(databases);

        await LiveClean(clean, 11);
        var nights = await LiveDirty(dirty, 11, Nights);
        Assert.NotEmpty(nights);

        // The mutant: the hub forgets how far the streams have come, so that an old snapshot looks new.
        await dirty.Run("update intake.stream set last_as_of = null, last_seq = 0, last_rows = 0");
        await dirty.Run("update intake.file set digest = 'forgotten' where name like '%\\_0003.csv'");
        foreach (var file in Files(11)[3])
            file.Drop(dirty.DropFolder);
        await dirty.Night(Nights + 1);

        Assert.NotEqual(await BusinessState.Of(clean), await BusinessState.Of(dirty));
    }

    private static Dictionary<int, List<SentFile>> Files(int seed)
    {
        var province = new Province(seed, 240);
        return Enumerable.Range(1, Nights).ToDictionary(night => night, province.Night);
    }

    private static async Task LiveClean(NightWorld world, int seed)
    {
        foreach (var (night, files) in Files(seed))
        {
            files.ForEach(file => file.Drop(world.DropFolder));
            Assert.All(await world.Night(night), file => Assert.Equal(("DONE", (string?)null), (file.State, file.Code)));
        }

        await world.AssertConserved();
    }

    // The first night and the last two are whole; between them every file may meet something.
    private static async Task<HashSet<string>> LiveDirty(NightWorld world, int seed, int nights)
    {
        var dice = new Random(seed);
        var late = new List<(int Night, SentFile File)>();
        var codes = new HashSet<string>();
        foreach (var (night, files) in Files(seed).Where(known => known.Key <= nights))
        {
            foreach (var file in files)
            {
                if (night is 1 or > Nights - 2)
                    file.Drop(world.DropFolder);
                else
                    Meet(world, file, dice.Next(9), night, late);
            }

            foreach (var (_, file) in late.Where(known => known.Night == night))
                file.Drop(world.DropFolder);
            codes.UnionWith((await world.Night(night)).Select(file => file.Code ?? ""));

            // What has no manifest yet stays; its sender gives it up for the next night's.
            foreach (var left in Directory.GetFiles(world.DropFolder))
                File.Delete(left);
        }

        return codes;
    }

    private static void Meet(NightWorld world, SentFile file, int mishap, int night, List<(int Night, SentFile File)> late)
    {
        switch (mishap)
        {
            case 0:
                file.Drop(world.DropFolder, isTorn: true);
                late.Add((night + 1, file)); // sent again, whole, under its name: a night late
                break;
            case 1:
                late.Add((Math.Min(night + 2, Nights - 2), file)); // after a newer one has been applied, mostly
                break;
            case 2:
                file.Drop(world.DropFolder);
                late.Add((night + 1, file with { Name = file.Name.Replace("_F_", "_F_9", StringComparison.Ordinal)[..^8] + ".csv" })); // another name no layout knows
                late.Add((night + 1, file)); // yesterday's file again
                break;
            case 3:
                (file with { Rows = [.. file.Rows.Take(file.Rows.Count / 2)] }).Drop(world.DropFolder); // an outage upstream
                break;
            case 4:
                file.Drop(world.DropFolder);
                File.Delete(Path.Combine(world.DropFolder, $"{file.Name}.ok"));
                break;
            case 5:
                (file with { Rows = [.. file.Rows.SkipLast(2)] }).Drop(world.DropFolder);
                late.Add((night, file with { Name = file.Name.Replace("_F_0", "_F_5", StringComparison.Ordinal) })); // corrected the same night
                break;
            default:
                file.Drop(world.DropFolder);
                break;
        }
    }
}
