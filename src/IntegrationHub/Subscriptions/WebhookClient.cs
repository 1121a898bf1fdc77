using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using Polly;
using Polly.Retry;

namespace IntegrationHub.Subscriptions;

/// <summary>Posts one signed webhook and judges the answer. Follows nothing, remembers nothing, reads little.</summary>
internal sealed class WebhookClient : IDisposable
{
    private const int MostOfAnAnswer = 16 * 1024;

    private readonly WebhookTargets _targets;
    private readonly HttpClient _http;
    private readonly ResiliencePipeline _pipeline;
    private readonly string _origin;

    public WebhookClient(WebhookTargets targets, IOptions<SubscriptionOptions> options, TimeProvider time)
    {
        _targets = targets;
        _origin = options.Value.Origin;
        _http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false, // a redirect leads past the rule for targets
            UseProxy = false,
            UseCookies = false,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            MaxResponseDrainSize = MostOfAnAnswer,
            ConnectCallback = Connect,
        })
        {
            Timeout = Timeout.InfiniteTimeSpan, // the pipeline's timeout covers the body too
        };
        _http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("IntegrationHub", "1"));

        // Within one try only a connection that broke is worth another; the schedule owns the rest.
        _pipeline = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddTimeout(options.Value.RequestTimeout)
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<HttpRequestException>(IsBrokenConnection),
                MaxRetryAttempts = 1,
                Delay = TimeSpan.FromMilliseconds(100),
            })
            .Build();
    }

    public async Task<DeliveryOutcome> Post(
        Uri target, IReadOnlyList<byte[]> secrets, Guid eventId, byte[] body, CancellationToken cancellationToken)
    {
        if (!_targets.Allows(target))
            return DeliveryOutcome.TargetRefused; // an open connection to the same host would not ask again
        try
        {
            return await _pipeline.ExecuteAsync(
                async token => await PostOnce(target, secrets, eventId.ToString(), body, token), cancellationToken);
        }
        catch (Exception failure) when (DeliveryOutcome.Judge(failure) is not null)
        {
            return DeliveryOutcome.Judge(failure)!; // the filter has just seen it
        }
    }

    /// <summary>
    /// Asks a receiver whether it agrees to be called (CloudEvents HTTP webhooks, section 4). Null if it does, else why
    /// not, in a word: nobody can point the hub at a server that has not asked for it.
    /// </summary>
    public async Task<string?> Ask(Uri target, CancellationToken cancellationToken)
    {
        if (!_targets.Allows(target))
            return DeliveryOutcome.TargetRefused.Label;
        try
        {
            return await _pipeline.ExecuteAsync(async token => await AskOnce(target, token), cancellationToken);
        }
        catch (Exception failure) when (DeliveryOutcome.Judge(failure) is not null)
        {
            return DeliveryOutcome.Judge(failure)!.Label; // the filter has just seen it
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<DeliveryOutcome> PostOnce(
        Uri target, IReadOnlyList<byte[]> secrets, string id, byte[] body, CancellationToken cancellationToken)
    {
        // A trial may move the hub's clock; the receiver compares with a real one.
        var timestamp = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        using var request = new HttpRequestMessage(HttpMethod.Post, target) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(EventEnvelope.ContentType);
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", timestamp.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("webhook-signature", WebhookSignature.Of(secrets, id, timestamp, body));

        using var response = await _http.SendAsync(
            request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        await ReadAway(response, cancellationToken);
        return DeliveryOutcome.Judge(response.StatusCode, AskedPause(response.Headers.RetryAfter));
    }

    private async Task<string?> AskOnce(Uri target, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Options, target);
        request.Headers.Add("WebHook-Request-Origin", _origin);
        using var response = await _http.SendAsync(
            request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        await ReadAway(response, cancellationToken);
        if (!response.IsSuccessStatusCode)
            return $"HTTP {(int)response.StatusCode}";
        return response.Headers.TryGetValues("WebHook-Allowed-Origin", out var allowed)
            && allowed.SelectMany(line => line.Split(',')).Select(one => one.Trim()).Any(IsUs)
                ? null
                : "no WebHook-Allowed-Origin for the hub";
    }

    private bool IsUs(string origin) => origin == "*" || origin.Equals(_origin, StringComparison.OrdinalIgnoreCase);

    // In seconds or as a date, by a real clock as the receiver's is.
    private static TimeSpan? AskedPause(RetryConditionHeaderValue? asked) =>
        asked?.Delta ?? (asked?.Date - TimeProvider.System.GetUtcNow());

    // To the end, so that the connection can be used again; but not for ever.
    private static async Task ReadAway(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await using var answer = await response.Content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[4096];
        var total = 0;
        int read;
        while (total < MostOfAnAnswer && (read = await answer.ReadAsync(buffer, cancellationToken)) > 0)
            total += read;
    }

    private async ValueTask<Stream> Connect(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var target = context.InitialRequestMessage.RequestUri!; // always set by Post
        var addresses = await _targets.Resolve(target, cancellationToken);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static bool IsBrokenConnection(HttpRequestException failure) =>
        failure is { StatusCode: null, InnerException: not TargetRefusedException };
}
