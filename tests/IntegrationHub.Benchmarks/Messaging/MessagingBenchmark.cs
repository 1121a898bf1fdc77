using System.Globalization;
using IntegrationHub.Testing.Servers;

namespace IntegrationHub.Benchmarks.Messaging;

/// <summary>
/// 1 KB event: commit → outbox → RabbitMQ → effect committed once (design.md §6), by the hub, by its peers and, without a
/// database, by the broker's own client; in turns, on one broker and one PostgreSQL with fsync on.
/// </summary>
internal static class MessagingBenchmark
{
    private const int Repeats = 3;

    private static readonly string[] s_peers = ["cap", "wolverine"];

    public static async Task<IReadOnlyList<Figure>> Run(BenchmarkOptions options, CancellationToken cancellationToken)
    {
        await using var postgres = await PostgresServer.Start(durable: true, cancellationToken);
        await using var rabbit = await RabbitServer.Start(cancellationToken);
        await using var hub = await HubMessaging.Start(
            await postgres.CreateDatabase("hub_messaging", null, cancellationToken), rabbit.Vhost(), cancellationToken);
        var figures = new List<Figure>();
        foreach (var load in (MessageLoad[])[new(options.Rows[0], 16, 1), new(options.Rows[0], 4, 100)])
            figures.AddRange(await Measure(postgres, rabbit, hub, load, options.Peers, cancellationToken));
        return figures;
    }

    private static async Task<List<Figure>> Measure(
        PostgresServer postgres, RabbitServer rabbit, HubMessaging hub, MessageLoad load, string? peers,
        CancellationToken cancellationToken)
    {
        var broker = rabbit.Vhost();
        await hub.Run(load, load.Warming, cancellationToken);
        await RawBroker.Run(broker, load.Warming, cancellationToken);
        var (raw, own, rss) = (new List<double>(), new List<double>(), 0);
        var others = s_peers.ToDictionary(name => name, _ => new List<double>());
        var setups = new Dictionary<string, string>();
        for (var repeat = 0; repeat < Repeats; repeat++)
        {
            raw.Add(load.Messages / (await RawBroker.Run(broker, load.Messages, cancellationToken)).TotalSeconds);
            var measured = await Measured.Of(async () =>
                own.Add(load.Messages / (await hub.Run(load, load.Messages, cancellationToken)).TotalSeconds));
            rss = Math.Max(rss, measured.RssMb);
            Console.Error.WriteLine(Progress(load, repeat, raw[^1], own[^1], measured));
            foreach (var name in peers is null ? [] : s_peers)
            {
                var connectionString = await postgres.CreateDatabase($"{name}_{load.PerTransaction}_{repeat}", null, cancellationToken);
                var result = await PeerProcess.Run(peers!, name, connectionString, rabbit.Vhost(), load, cancellationToken);
                others[name].Add(load.Messages / result.Seconds);
                setups[name] = $"{result.System}, {result.Setup}";
                Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {name}: {others[name][^1]:N0}/s"));
            }
        }

        var size = string.Create(CultureInfo.InvariantCulture, $"{load.Messages:N0} messages of 1 KB, {load}, medians of {Repeats}");
        var figures = new List<Figure> { Of("vs raw", Figure.Median(raw), "floor: publish with confirms and consume by RabbitMQ.Client, no database") };
        figures.AddRange(others.Where(other => other.Value.Count > 0).Select(other =>
            Of($"vs {other.Key}", Figure.Median(other.Value), $"floor: {setups[other.Key]}")));
        return figures;

        Figure Of(string name, double floor, string note) => new()
        {
            Case = name,
            Unit = "messages/s",
            Floor = floor,
            Hub = Figure.Median(own),
            RssMb = rss,
            Note = $"{size}; {note}",
        };
    }

    private static string Progress(MessageLoad load, int repeat, double raw, double own, Measured measured) => string.Create(
        CultureInfo.InvariantCulture,
        $"{load}, {repeat + 1}: raw {raw:N0}/s, hub {own:N0}/s; hub's processor {measured.Processor.TotalMicroseconds / load.Messages:N0} µs and PostgreSQL's {measured.Server.TotalMicroseconds / load.Messages:N0} µs a message");
}
