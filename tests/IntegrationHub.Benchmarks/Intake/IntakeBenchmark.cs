using System.Globalization;
using IntegrationHub.Intake;
using IntegrationHub.Testing.Servers;

namespace IntegrationHub.Benchmarks.Intake;

/// <summary>
/// A province's member file taken in for the first time and again a day later, beside psql's \copy of the same files.
/// Floor and hub take turns on one durable PostgreSQL.
/// </summary>
internal static class IntakeBenchmark
{
    /// <summary>A worker has run for days: the first rows, which pay for compiling, are not counted.</summary>
    private const int WarmUpRows = 100_000;

    public static async Task<IReadOnlyList<Figure>> Run(BenchmarkOptions options, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("hub-benchmark-").FullName;
        try
        {
            await using var server = await PostgresServer.Start(durable: true, cancellationToken);
            var layout = SnapshotLayout.Load(
                Path.Combine(AppContext.BaseDirectory, "contracts"),
                Path.Combine("provincial", "layouts", "dsr-cy.json"));
            await Rounds(server, layout, folder, "warm_up", WarmUpRows, 1, cancellationToken);
            var figures = new List<Figure>();
            (IntakeTurn FirstLoad, IntakeTurn Resync)? smaller = null;
            foreach (var rows in options.Rows)
            {
                var rounds = await Rounds(server, layout, folder, $"rows_{rows}", rows, RepeatsOf(rows), cancellationToken);
                var (first, second) = (rounds.ConvertAll(round => round.FirstLoad), rounds.ConvertAll(round => round.Resync));
                figures.Add(FigureOf("first load", "psql \\copy into an empty keyed table of text", first, smaller?.FirstLoad));
                figures.Add(FigureOf("re-sync", "psql \\copy into a staging table, SQL compare, upsert, mark gone", second, smaller?.Resync));
                smaller = (Middle(first), Middle(second));
            }

            return figures;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<List<(IntakeTurn FirstLoad, IntakeTurn Resync)>> Rounds(
        PostgresServer server, SnapshotLayout layout, string folder, string name, int rows, int repeats,
        CancellationToken cancellationToken)
    {
        var writer = new MemberFileWriter(layout, folder);
        var dayOne = await writer.Write(rows, 1, cancellationToken);
        var dayTwo = await writer.Write(rows, 2, cancellationToken);
        var rounds = new List<(IntakeTurn FirstLoad, IntakeTurn Resync)>();
        for (var repeat = 1; repeat <= repeats; repeat++)
        {
            var round = new IntakeRound(server, layout, folder, $"{name}_{repeat}");
            rounds.Add(await round.Run(dayOne, dayTwo, cancellationToken));
        }

        return rounds;
    }

    private static int RepeatsOf(int rows) => rows > 2_000_000 ? 1 : rows > 500_000 ? 2 : 3;

    private static IntakeTurn Middle(List<IntakeTurn> turns) => turns.OrderBy(turn => turn.Hub.Took).ElementAt(turns.Count / 2);

    private static Figure FigureOf(string name, string floor, List<IntakeTurn> turns, IntakeTurn? smaller) => new()
    {
        Case = name,
        Unit = "rows/s",
        Floor = Math.Round(Figure.Median(turns.Select(turn => turn.FloorRate))),
        Hub = Math.Round(Figure.Median(turns.Select(turn => turn.HubRate))),
        RssMb = turns.Max(turn => turn.Hub.RssMb),
        Note = string.Join("; ", [.. Notes(floor, turns), .. smaller is null ? [] : new[] { Growth(smaller, Middle(turns)) }]),
    };

    private static IEnumerable<string> Notes(string floor, List<IntakeTurn> turns)
    {
        var file = turns[0].File;
        var allocated = Figure.Median(turns.Select(turn => (double)turn.Hub.AllocatedBytes / file.Rows));
        var processor = Figure.Median(turns.Select(turn => turn.Hub.Processor.TotalMicroseconds / file.Rows));
        var server = Figure.Median(turns.Select(turn => turn.Hub.Server.TotalMicroseconds / file.Rows));
        var landed = Figure.Median(turns.Select(turn => turn.Landed / turn.Hub.Took));
        var invariant = CultureInfo.InvariantCulture;
        yield return string.Create(invariant, $"{file.Rows:N0} rows, {file.Bytes / 1e6:N1} MB");
        yield return string.Create(invariant, $"{file.Changed:N0} changed, {file.New:N0} new, {file.Gone:N0} gone");
        yield return $"floor = {floor}";
        yield return $"hub = file to every chunk DONE, {HubIntake.Workers} workers called directly, no broker";
        yield return $"median of {turns.Count} repeats each after a warm-up";
        yield return $"floor {Spread(turns.Select(turn => turn.FloorRate))}";
        yield return $"hub {Spread(turns.Select(turn => turn.HubRate))}";
        yield return string.Create(invariant, $"landed after {landed:P0} of the time");
        yield return string.Create(
            invariant, $"{allocated:N0} B allocated, {processor:0.0} µs of its own and {server:0.0} µs of PostgreSQL's processor time per row");
    }

    private static string Growth(IntakeTurn smaller, IntakeTurn larger)
    {
        var exponent = Math.Log(larger.Hub.Took / smaller.Hub.Took) / Math.Log((double)larger.File.Rows / smaller.File.Rows);
        return string.Create(CultureInfo.InvariantCulture, $"time grows as rows^{exponent:0.00} from {smaller.File.Rows:N0} rows");
    }

    private static string Spread(IEnumerable<double> rates)
    {
        var all = rates.ToList();
        return string.Create(CultureInfo.InvariantCulture, $"{all.Min():N0}-{all.Max():N0}");
    }
}
