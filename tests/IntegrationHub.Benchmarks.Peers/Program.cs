using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Npgsql;

namespace IntegrationHub.Benchmarks.Peers;

/// <summary>
/// One run of one system: <c>SYSTEM CONNECTION-STRING AMQP-URI WARMING MESSAGES PRODUCERS PER-TRANSACTION</c>. Its last line on
/// standard output is <c>{"system","setup","seconds","effects"}</c>. The work is that of MessageLoad in
/// tests/IntegrationHub.Benchmarks: a row of business and the messages in one transaction, an effect once for each.
/// </summary>
internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        if (args.Length != 7)
            return 2;
        var numbers = args[3..].Select(text => int.Parse(text, CultureInfo.InvariantCulture)).ToArray();
        var (warming, messages, producers, perTransaction) = (numbers[0], numbers[1], numbers[2], numbers[3]);
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(args[1]) { MaxAutoPrepare = 100 });
        await Execute(source, "create table public.business (id uuid primary key); create table public.effect (id uuid primary key)");
        await using IPeer peer = args[0] switch
        {
            "cap" => await CapPeer.Start(args[1], new Uri(args[2]), source),
            "wolverine" => await WolverinePeer.Start(args[1], new Uri(args[2]), source),
            _ => throw new ArgumentException($"No system is called {args[0]}.", nameof(args)),
        };

        await Run(peer, source, warming, producers, perTransaction);
        var before = Effects.Count;
        var took = await Run(peer, source, messages, producers, perTransaction);
        await using var count = source.CreateCommand("select count(*) from public.effect");
        var effects = (long)(await count.ExecuteScalarAsync() ?? 0L) - before;
        Console.WriteLine(JsonSerializer.Serialize(
            new { system = peer.Name, setup = peer.Setup, seconds = took.TotalSeconds, effects }, JsonSerializerOptions.Web));
        Console.Out.Flush();
        Environment.Exit(0); // what is still in the air is not measured
        return 0;
    }

    public static async Task Execute(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<TimeSpan> Run(
        IPeer peer, NpgsqlDataSource source, int messages, int producers, int perTransaction)
    {
        var effectsAtTheEnd = Effects.Count + messages;
        var left = new ConcurrentQueue<int>();
        for (var rest = messages; rest > 0; rest -= perTransaction)
            left.Enqueue(Math.Min(rest, perTransaction));
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, producers).Select(_ => Task.Run(async () =>
        {
            while (left.TryDequeue(out var count))
                await peer.Send(source, [.. Enumerable.Range(0, count).Select(_ => new PeerMessage(Guid.CreateVersion7(), PeerMessage.Filler))]);
        })));
        while (Effects.Count < effectsAtTheEnd)
            await Task.Delay(1);
        return Stopwatch.GetElapsedTime(started);
    }
}

public sealed record PeerMessage(Guid Id, string Text)
{
    public static readonly string Filler = new('x', 1_024 - 60);
}

internal interface IPeer : IAsyncDisposable
{
    string Name { get; }

    /// <summary>How it was set up: the fastest of its durable ways that was found.</summary>
    string Setup { get; }

    Task Send(NpgsqlDataSource source, PeerMessage[] messages);
}

/// <summary>The effect of a message: a row, once however often it comes.</summary>
public static class Effects
{
    private static long s_count;

    public static long Count => Interlocked.Read(ref s_count);

    public static async Task Make(NpgsqlDataSource source, Guid id, CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand("insert into public.effect values ($1) on conflict do nothing");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
        if (await command.ExecuteNonQueryAsync(cancellationToken) == 1)
            Interlocked.Increment(ref s_count);
    }

    public static NpgsqlCommand Business(NpgsqlConnection connection)
    {
        var command = new NpgsqlCommand("insert into public.business values ($1)", connection);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = Guid.CreateVersion7() });
        return command;
    }
}
