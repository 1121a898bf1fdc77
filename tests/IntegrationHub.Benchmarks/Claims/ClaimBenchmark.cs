using System.Globalization;
using IntegrationHub.Testing.Servers;

namespace IntegrationHub.Benchmarks.Claims;

/// <summary>
/// Claims by 64 clients at once: the hub's web and a bare Kestrel with one durable PostgreSQL transaction, in turns, on
/// one server. The bare one does what no answer can do without; the rest is the price of the decision and its proof.
/// </summary>
internal static class ClaimBenchmark
{
    private const int Repeats = 3;
    private const int Warming = 500;

    public static async Task<IReadOnlyList<Figure>> Run(BenchmarkOptions options, CancellationToken cancellationToken)
    {
        var claims = options.Rows[0];
        var all = Warming + (Repeats * claims);
        var folder = Directory.CreateTempSubdirectory("hub-claims-");
        try
        {
            await using var server = await PostgresServer.Start(durable: true, cancellationToken);
            await using var bare = await BareServer.Start(
                await server.CreateDatabase("bare", null, cancellationToken), all, cancellationToken);
            await using var world = await ClaimWorld.Create(
                await server.CreateDatabase("hub_claims", null, cancellationToken), folder.FullName, all, cancellationToken);
            return await Measure(bare, world, claims, cancellationToken);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<IReadOnlyList<Figure>> Measure(
        BareServer bare, ClaimWorld world, int claims, CancellationToken cancellationToken)
    {
        using var toBare = new ClaimLoad(bare.Address, null);
        using var toHub = new ClaimLoad(world.Address, world.ApiKey);
        await toBare.Run(Bare(0, Warming), cancellationToken);
        await toHub.Run(Hub(0, Warming), cancellationToken);

        var (floors, hubs) = (new List<LoadResult>(), new List<LoadResult>());
        for (var repeat = 0; repeat < Repeats; repeat++)
        {
            var from = Warming + (repeat * claims);
            floors.Add(await toBare.Run(Bare(from, claims), cancellationToken));
            hubs.Add(await toHub.Run(Hub(from, claims), cancellationToken));
        }

        var note = string.Create(
            CultureInfo.InvariantCulture,
            $"{claims:N0} claims, {ClaimLoad.Clients} clients, medians of {Repeats}; hub p50 {Milliseconds(hubs, one => one.Median):0.0} ms, p99 {Milliseconds(hubs, one => one.P99):0.0} ms; ");
        note += string.Create(
            CultureInfo.InvariantCulture,
            $"floor: Kestrel and one durable transaction of a locked row and an insert, p50 {Milliseconds(floors, one => one.Median):0.0} ms, p99 {Milliseconds(floors, one => one.P99):0.0} ms");
        return
        [
            Of("claim", "claims/s", one => one.PerSecond, note),
            Of("claim p99", "1/s", one => 1 / one.P99.TotalSeconds, "how many of its slowest hundredth would fit into a second, one after another"),
        ];

        Figure Of(string name, string unit, Func<LoadResult, double> value, string about) => new()
        {
            Case = name,
            Unit = unit,
            Floor = Figure.Median(floors.Select(value)),
            Hub = Figure.Median(hubs.Select(value)),
            RssMb = world.RssMb,
            Note = about,
        };

        IEnumerable<string> Bare(int from, int count) =>
            Enumerable.Range(from, count).Select(number => $"/{number}/claim");

        IEnumerable<string> Hub(int from, int count) =>
            world.Referrals.Skip(from).Take(count).Select(referral => $"/api/v1/referrals/{referral}/claim");
    }

    private static double Milliseconds(IEnumerable<LoadResult> loads, Func<LoadResult, TimeSpan> value) =>
        Figure.Median(loads.Select(load => value(load).TotalMilliseconds));
}
