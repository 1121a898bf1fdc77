using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace IntegrationHub.Benchmarks.Claims;

/// <summary>What a load of calls gave: how many a second, and how long the middle and the slowest hundredth waited.</summary>
internal sealed record LoadResult(double PerSecond, TimeSpan Median, TimeSpan P99);

/// <summary>Clients that each send the next call as soon as the last is answered; any answer but 200 ends the benchmark.</summary>
internal sealed class ClaimLoad : IDisposable
{
    public const int Clients = 64;

    private readonly HttpClient _http;

    public ClaimLoad(Uri address, string? apiKey)
    {
        _http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = Clients }) { BaseAddress = address };
        if (apiKey is not null)
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", apiKey);
    }

    /// <summary>Makes every call once.</summary>
    public async Task<LoadResult> Run(IEnumerable<string> paths, CancellationToken cancellationToken)
    {
        var left = new ConcurrentQueue<string>(paths);
        var took = new ConcurrentBag<TimeSpan>();
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => Task.Run(Client, cancellationToken)));
        var elapsed = Stopwatch.GetElapsedTime(started);
        var sorted = took.Order().ToList();
        return new LoadResult(sorted.Count / elapsed.TotalSeconds, sorted[sorted.Count / 2], sorted[(int)(sorted.Count * 0.99)]);

        async Task Client()
        {
            while (left.TryDequeue(out var path))
                took.Add(await Call(path, cancellationToken));
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<TimeSpan> Call(string path, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        using var body = new StringContent("""{"attempt":1}""", Encoding.UTF8, "application/json");
        using var answer = await _http.PostAsync(path, body, cancellationToken);
        var said = await answer.Content.ReadAsByteArrayAsync(cancellationToken);
        return answer.StatusCode == HttpStatusCode.OK
            ? Stopwatch.GetElapsedTime(started)
            : throw new BenchmarkFailedException($"{path} answered {(int)answer.StatusCode}: {Encoding.UTF8.GetString(said)}");
    }
}
