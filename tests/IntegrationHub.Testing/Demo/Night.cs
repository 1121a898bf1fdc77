using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace IntegrationHub.Testing.Demo;

/// <summary>The story of one night. Every step is a call an administrator could make.</summary>
public static class Night
{
    private const int MostReadings = 6;

    private static readonly DateOnly s_firstDate = new(2026, 3, 2);

    /// <summary>The date of a night, counted from 1.</summary>
    public static DateOnly DateOf(int number) => s_firstDate.AddDays(number - 1);

    /// <summary>Two o'clock of that date, as <c>--as-of</c> takes it.</summary>
    public static string StartOf(int number) =>
        $"{DateOf(number).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}T02:00+08:00";

    internal static async Task<NightReport> Live(
        HubWorld world, int number, Action<string> progress, CancellationToken cancellationToken)
    {
        progress($"night {number}: the province lives {DateOf(number):yyyy-MM-dd} and drops its files");
        await world.Province.PassDay(DateOf(number), cancellationToken);
        await world.Federation.SetDate(DateOf(number), cancellationToken);

        var clock = Stopwatch.StartNew();
        progress($"night {number}: hub sync run --as-of {StartOf(number)}");
        var sync = await world.Cli.Json(["sync", "run", "--as-of", StartOf(number)], cancellationToken);
        progress($"night {number}: waiting until offers are answered and aid is reported");
        await world.UntilQuiet(cancellationToken);
        var charity = await ReadCharityBook(world, number, progress, cancellationToken);
        progress($"night {number}: hub reconcile run, hub verify");
        var reconciled = await world.Cli.Run(["reconcile", "run", "--json"], cancellationToken);
        var verified = await world.Cli.Run(["verify", "--json"], cancellationToken);
        var status = await world.Cli.Json(["status"], cancellationToken);

        var report = NightBooks.Read(
            number, clock.Elapsed, [sync.Json, .. charity], reconciled.Json, verified.Json);
        return report with { Failures = status.Json.Get("failures").GetInt64() };
    }

    // Each reading also offers declined needs to the next organisation, whose aid only the next reading can find: read
    // until there is nothing new. One in ten declines, so a few readings are enough.
    private static async Task<IReadOnlyList<JsonElement>> ReadCharityBook(
        HubWorld world, int number, Action<string> progress, CancellationToken cancellationToken)
    {
        var runs = new List<JsonElement>();
        while (runs.Count < MostReadings)
        {
            progress($"night {number}: hub sync run --source charity");
            var run = (await world.Cli.Json(["sync", "run", "--source", "charity"], cancellationToken)).Json;
            await world.UntilQuiet(cancellationToken);
            runs.Add(run);
            if (AidRows(run) == 0)
                break;
        }

        return runs;
    }

    private static long AidRows(JsonElement answer) => answer.Get("runs").EnumerateArray()
        .SelectMany(run => run.Get("files").EnumerateArray())
        .Where(file => file.Get("type").GetString() == "AID")
        .Sum(file => file.Get("rows").GetInt64());
}
