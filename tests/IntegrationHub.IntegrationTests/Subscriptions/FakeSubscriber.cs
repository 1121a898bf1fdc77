using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace IntegrationHub.IntegrationTests.Subscriptions;

/// <summary>A request as it came over the wire.</summary>
internal sealed record ReceivedRequest(string Line, IReadOnlyDictionary<string, string> Headers, byte[] Body, int Connection)
{
    public string Text => Encoding.UTF8.GetString(Body);
}

/// <summary>
/// A subscriber's server down to the socket, so that it can also misbehave: each request is answered by what the script
/// says, a null closes the connection without an answer.
/// </summary>
internal sealed class FakeSubscriber : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<ReceivedRequest, string?> _script;
    private readonly TimeSpan _stall;
    private readonly Task _accepting;
    private int _connections;

    /// <param name="script">Answers a request with the bytes to send, as text.</param>
    /// <param name="stall">How long the connection is held open after an answer that lacks its end.</param>
    public FakeSubscriber(Func<ReceivedRequest, string?> script, TimeSpan stall = default)
    {
        _script = script;
        _stall = stall;
        _listener.Start();
        _accepting = Accept();
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/hooks");

    public ConcurrentQueue<ReceivedRequest> Received { get; } = [];

    public static string Answer(int status, string body = "", string headers = "") => string.Create(
        CultureInfo.InvariantCulture, $"HTTP/1.1 {status} Said\r\nContent-Length: {body.Length}\r\n{headers}\r\n{body}");

    /// <summary>Waits until so many requests have come; fails the test if they do not.</summary>
    public async Task UntilReceived(int count, TimeSpan within)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(within);
        while (Received.Count < count)
            await Task.Delay(TimeSpan.FromMilliseconds(5), patience.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stop.Dispose();
    }

    private async Task Accept()
    {
        var serving = new List<Task>();
        try
        {
            while (true)
                serving.Add(Serve(await _listener.AcceptTcpClientAsync(_stop.Token), Interlocked.Increment(ref _connections)));
        }
        catch (Exception failure) when (failure is OperationCanceledException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // Stopped, between two acceptances or within one.
            await Task.WhenAll(serving);
        }
    }

    private async Task Serve(TcpClient client, int connection)
    {
        using (client)
        {
            try
            {
                await using var stream = client.GetStream();
                while (await Read(stream, connection) is { } request)
                {
                    Received.Enqueue(request);
                    if (_script(request) is not { } answer)
                        return;
                    await stream.WriteAsync(Encoding.UTF8.GetBytes(answer), _stop.Token);
                    if (_stall > TimeSpan.Zero)
                        await Task.Delay(_stall, _stop.Token);
                }
            }
            catch (Exception failure) when (failure is IOException or OperationCanceledException)
            {
                // The other side left, or the test is over.
            }
        }
    }

    private async Task<ReceivedRequest?> Read(NetworkStream stream, int connection)
    {
        var head = new List<byte>();
        var one = new byte[1];
        while (!EndsWithBlankLine(head))
        {
            if (await stream.ReadAsync(one, _stop.Token) == 0)
                return null;
            head.Add(one[0]);
        }

        var lines = Encoding.ASCII.GetString([.. head]).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var headers = lines.Skip(1).Select(line => line.Split(": ", 2))
            .ToDictionary(parts => parts[0], parts => parts[1], StringComparer.OrdinalIgnoreCase);
        var body = new byte[int.Parse(headers.GetValueOrDefault("Content-Length", "0"), CultureInfo.InvariantCulture)];
        await stream.ReadExactlyAsync(body, _stop.Token);
        return new ReceivedRequest(lines[0], headers, body, connection);
    }

    private static bool EndsWithBlankLine(List<byte> head) =>
        head.Count >= 4 && head[^4] == '\r' && head[^3] == '\n' && head[^2] == '\r' && head[^1] == '\n';
}
