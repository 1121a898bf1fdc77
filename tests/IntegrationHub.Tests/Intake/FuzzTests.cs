using System.Diagnostics;
using System.Globalization;
using System.Text;
using IntegrationHub.Adapters.Provincial;
using IntegrationHub.Intake;
using IntegrationHub.Tests.Architecture;

namespace IntegrationHub.Tests.Intake;

/// <summary>
/// Broken files through the pieces of landing (D9): nothing throws, nothing hangs, every row is accounted for, memory stays
/// in bounds. 2,000 files in the suite; as many as <c>HUB_FUZZ_FILES</c> says on demand.
/// </summary>
public sealed class FuzzTests
{
    private const int Files = 2_000;

    /// <summary>Finding a file's shape costs more than landing one this small, so one in so many is looked at again when broken.</summary>
    private const int LookedAt = 20;

    /// <summary>What a pass may allocate besides what it reads: buffers and tables.</summary>
    private const long Ground = 24_000_000;

    /// <summary>And for every byte it reads: strings, cells, values, problems.</summary>
    private const long PerByte = 200;

    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(30);
    private static readonly string[] s_layouts = ["dsr-hz", "dsr-cy", "dsr-rd", "dsr-ff", "dsr-xq", "dsr-ty"];

    [Fact]
    public async Task D09_a_broken_file_costs_its_broken_rows_and_nothing_else()
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        var count = int.TryParse(Environment.GetEnvironmentVariable("HUB_FUZZ_FILES"), NumberStyles.None, CultureInfo.InvariantCulture, out var asked) ? asked : Files;
        var clock = Stopwatch.StartNew();

        var totals = await Task.Run(() => Run(count), TestContext.Current.CancellationToken).WaitAsync(s_patience, TestContext.Current.CancellationToken);

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{count} files, {totals.Rows} rows: {totals.Readable} readable ({totals.Repairs} repairs), {totals.Quarantined} quarantined, "
            + $"{totals.Unchanged} unchanged, in {clock.Elapsed.TotalSeconds:0} s");
        Assert.True(totals is { Readable: > 0, Quarantined: > 0, Unchanged: > 0, Repairs: > 0 }); // or the files try nothing
    }

    private static FuzzCounts Run(int count)
    {
        var layouts = Array.ConvertAll(s_layouts, name =>
            SnapshotLayout.Load(Path.Combine(Repository.Root, "contracts"), Path.Combine("provincial", "layouts", $"{name}.json")));
        var totals = new FuzzCounts(0, 0, 0, 0, 0, 0);
        for (var seed = 0; seed < count; seed++)
        {
            var layout = layouts[seed % layouts.Length];
            try
            {
                totals = Sum(totals, Try(seed, layout));
            }
            catch (Exception failure)
            {
                throw new InvalidOperationException($"File {seed} of layout {layout.Layout} broke the intake.", failure);
            }
        }

        return totals;
    }

    private static FuzzCounts Try(int seed, SnapshotLayout layout)
    {
        var maker = new FuzzFile(seed);
        var whole = maker.Make(layout);
        var broken = maker.Break(whole);
        var intake = new FuzzIntake(layout, ProvincialTranslators.For(layout));
        intake.Look(FuzzFile.Header(layout));

        var first = Check(intake, whole);
        if (seed % LookedAt == 0)
            intake.Look(broken);
        var second = Check(intake, broken);
        var again = Check(intake, broken);

        // The same file again: every row that was first of its key is as it was.
        Assert.Equal(second.Rows, again.Rows);
        Assert.Equal(0, again.Readable);
        return Sum(Sum(first, second), again);
    }

    private static FuzzCounts Check(FuzzIntake intake, byte[] file)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var counts = intake.Land(file);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(counts.Rows, counts.Readable + counts.Quarantined + counts.Unchanged);
        Assert.InRange(allocated, 0, Ground + (PerByte * file.Length));
        return counts;
    }

    private static FuzzCounts Sum(FuzzCounts one, FuzzCounts other) => new(
        one.Rows + other.Rows, one.Readable + other.Readable, one.Quarantined + other.Quarantined, one.Unchanged + other.Unchanged,
        one.Letters + other.Letters, one.Repairs + other.Repairs);
}
