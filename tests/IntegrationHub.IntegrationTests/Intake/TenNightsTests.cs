using IntegrationHub.IntegrationTests.Subscriptions;

namespace IntegrationHub.IntegrationTests.Intake;

/// <summary>A clean world and one of mishaps, lived once for all tests here.</summary>
public sealed class TenNights(HubDatabases databases) : IAsyncLifetime
{
    private const int Seed = 11;
    private const int Nights = 10;

    public Dictionary<string, string> Clean { get; private set; } = [];

    /// <summary>Before the last two nights, which are good.</summary>
    public Dictionary<string, string> DirtyAtEight { get; private set; } = [];

    public Dictionary<string, string> DirtyAtTen { get; private set; } = [];

    /// <summary>With a planted mutant: a hub that forgot how far it was and let an old file in.</summary>
    public Dictionary<string, string> LetIn { get; private set; } = [];

    public HashSet<string> Codes { get; } = [];

    public async ValueTask InitializeAsync()
    {
        await using (var clean = await NightWorld.Create(databases))
        {
            await LiveClean(clean, Seed);
            Clean = await BusinessState.Of(clean);
        }

        await using var dirty = await NightWorld.Create(databases);
        await LiveDirty(dirty, Seed);
        DirtyAtTen = await BusinessState.Of(dirty);
        await dirty.AssertConserved();

        await dirty.Run("update intake.stream set last_as_of = null, last_seq = 0, last_rows = 0");
        await dirty.Run("update intake.file set digest = 'forgotten'");
        foreach (var file in Files(Seed)[3])
            file.Drop(dirty.DropFolder);
        await dirty.Night(Nights + 1);
        LetIn = await BusinessState.Of(dirty);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

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
    private async Task LiveDirty(NightWorld world, int seed)
    {
        var dice = new Random(seed);
        var late = new List<(int Night, SentFile File)>();
        foreach (var (night, files) in Files(seed))
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
            Codes.UnionWith((await world.Night(night)).Select(file => file.Code ?? ""));

            // What has no manifest yet stays; its sender gives it up for the next night's.
            foreach (var left in Directory.GetFiles(world.DropFolder))
                File.Delete(left);
            if (night == Nights - 2)
                DirtyAtEight = await BusinessState.Of(world);
        }
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

/// <summary>
/// Ten nights with late, doubled, shrunken and torn files among them leave the hub where ten clean nights leave it, once
/// the last good files have arrived.
/// </summary>
public sealed class TenNightsTests(TenNights nights) : IClassFixture<TenNights>
{
    private static readonly string[] s_mishaps =
        ["file.torn", "file.shrunk", "file.duplicate", "file.stale", "file.no_manifest", "file.corrected"];

    [Fact]
    public void D10_ten_dirty_nights_end_where_ten_clean_ones_do() => Assert.Equal(nights.Clean, nights.DirtyAtTen);

    [Fact]
    public void Every_kind_of_mishap_happened() => Assert.Empty(s_mishaps.Except(nights.Codes));

    [Fact]
    public void The_comparison_sees_that_the_last_good_files_are_not_there() => Assert.NotEqual(nights.Clean, nights.DirtyAtEight);

    [Fact]
    public void The_comparison_sees_an_old_file_that_was_let_in() => Assert.NotEqual(nights.Clean, nights.LetIn);
}
