using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace IntegrationHub.EndToEndTests.Scenarios;

/// <summary>An event as an organisation's webhook received it.</summary>
internal sealed record ReceivedEvent(string Uscc, string Id, string Type, long Sequence, JsonElement Data)
{
    public bool IsAbout(Guid referral) =>
        Data.TryGetProperty("referralId", out var id) && id.GetString() == referral.ToString();
}

/// <summary>A report as civil affairs received it: the path and the body.</summary>
internal sealed record ReceivedReport(string Path, JsonElement Body);

/// <summary>
/// The other end of what the hub sends, on one loopback port: the webhooks of all organisations, which can be down, and
/// the desk of civil affairs, which says "+OK" to every report.
/// </summary>
internal sealed class EventInbox : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly ConcurrentQueue<ReceivedEvent> _events = [];
    private readonly ConcurrentQueue<ReceivedReport> _reports = [];
    private readonly ConcurrentDictionary<string, bool> _down = [];
    private readonly Task _listening;

    public EventInbox()
    {
        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            Address = new Uri($"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}/");
        }

        _listener.Prefixes.Add(Address.AbsoluteUri);
        _listener.Start();
        _listening = Listen();
    }

    public Uri Address { get; }

    public IReadOnlyCollection<ReceivedEvent> Events => _events;

    public IReadOnlyCollection<ReceivedReport> Reports => _reports;

    /// <summary>While down, an organisation's webhook answers 503.</summary>
    public void SetDown(string uscc, bool isDown) => _down[uscc] = isDown;

    public IReadOnlyList<ReceivedEvent> About(Guid referral, string type) =>
        [.. _events.Where(one => one.IsAbout(referral) && one.Type == type)];

    /// <summary>Waits for the first event of a type about a referral.</summary>
    public async Task<ReceivedEvent> Await(Guid referral, string type)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        while (About(referral, type) is [])
            await Task.Delay(TimeSpan.FromMilliseconds(20), patience.Token);
        return About(referral, type)[0];
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _listening;
        _listener.Close();
    }

    private async Task Listen()
    {
        while (true)
        {
            HttpListenerContext call;
            try
            {
                call = await _listener.GetContextAsync();
            }
            catch (Exception stopped) when (stopped is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            await Take(call);
        }
    }

    private async Task Take(HttpListenerContext call)
    {
        var path = call.Request.Url?.AbsolutePath ?? "";
        var uscc = path[(path.LastIndexOf('/') + 1)..];
        if (path.StartsWith("/api/dsr/", StringComparison.Ordinal))
        {
            using var body = await JsonDocument.ParseAsync(call.Request.InputStream);
            _reports.Enqueue(new ReceivedReport(path, body.RootElement.Clone()));
            await call.Response.OutputStream.WriteAsync("""{"status":"+OK"}"""u8.ToArray());
        }
        else if (_down.GetValueOrDefault(uscc))
        {
            call.Response.StatusCode = (int)HttpStatusCode.ServiceUnavailable;
        }
        else
        {
            using var body = await JsonDocument.ParseAsync(call.Request.InputStream);
            var type = body.RootElement.GetProperty("type").GetString() ?? "";
            _events.Enqueue(new ReceivedEvent(
                uscc,
                body.RootElement.GetProperty("id").GetString() ?? "",
                type.Replace("cn.integrationhub.", "", StringComparison.Ordinal).Replace(".v1", "", StringComparison.Ordinal),
                long.Parse(body.RootElement.GetProperty("sequence").GetString() ?? "", CultureInfo.InvariantCulture),
                body.RootElement.GetProperty("data").Clone()));
            call.Response.StatusCode = (int)HttpStatusCode.NoContent;
        }

        call.Response.Close();
    }
}
