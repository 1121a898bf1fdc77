using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace IntegrationHub.Benchmarks.Messaging;

/// <summary>What a peer says of itself and of one run.</summary>
internal sealed record PeerResult(string System, string Setup, double Seconds, long Effects);

/// <summary>
/// Runs another system in a process of its own (tests/IntegrationHub.Benchmarks.Peers), on the same broker and a
/// database of the same server. It makes its tables, warms up, does the load and answers with one line of JSON.
/// </summary>
internal static class PeerProcess
{
    public static async Task<PeerResult> Run(
        string program, string system, string connectionString, Uri broker, MessageLoad load, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])[
            program, system, connectionString, broker.AbsoluteUri, Text(load.Warming), Text(load.Messages), Text(load.Producers),
            Text(load.PerTransaction)])
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start) ?? throw new BenchmarkFailedException($"{system} did not start.");
        await using var stopped = cancellationToken.Register(() => process.Kill(entireProcessTree: true));
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        var lines = await process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        await process.WaitForExitAsync(CancellationToken.None);
        cancellationToken.ThrowIfCancellationRequested();
        var last = lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).LastOrDefault(line => line.StartsWith('{'));
        if (process.ExitCode != 0 || last is null)
            throw new BenchmarkFailedException($"{system} ended with {process.ExitCode}: {await errors}");
        var result = JsonSerializer.Deserialize<PeerResult>(last, JsonSerializerOptions.Web)
            ?? throw new BenchmarkFailedException($"{system} said nothing.");
        return result.Effects == load.Messages
            ? result
            : throw new BenchmarkFailedException($"{system} had {result.Effects} effects of {load.Messages} messages.");
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
