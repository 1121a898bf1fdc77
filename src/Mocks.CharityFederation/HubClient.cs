using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Mocks.CharityFederation;

/// <summary>The organisations' calls to the hub; each call carries its own patience and none other is added.</summary>
internal sealed partial class HubClient(
    HttpClient http, HubLink link, TimeProvider time, ILogger<HubClient> logger)
{
    private const int LargestAnswer = 1024 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    public static void Bound(HttpClient http)
    {
        http.Timeout = TimeSpan.FromSeconds(10);
        http.MaxResponseContentBufferSize = LargestAnswer;
    }

    public static HttpMessageHandler CreateHandler() => new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(5),
    };

    public Task<HubAnswer> Accept(Offer offer, CancellationToken cancellationToken) =>
        Post(offer, "accept", new { attempt = offer.Attempt }, cancellationToken);

    public Task<HubAnswer> Decline(Offer offer, string reason, CancellationToken cancellationToken) =>
        Post(offer, "decline", new { attempt = offer.Attempt, reason }, cancellationToken);

    public Task<HubAnswer> Claim(Offer offer, CancellationToken cancellationToken) =>
        Post(offer, "claim", new { attempt = offer.Attempt }, cancellationToken);

    public Task<HubAnswer> Progress(Offer offer, CancellationToken cancellationToken) =>
        Post(offer, "progress", new { attempt = offer.Attempt }, cancellationToken);

    public Task<HubAnswer> Complete(Offer offer, CancellationToken cancellationToken) =>
        Post(offer, "complete", new { attempt = offer.Attempt }, cancellationToken);

    public Task<HubAnswer> AckRecall(string uscc, string recallId, CancellationToken cancellationToken) => Call(
        uscc,
        () => Request(HttpMethod.Post, $"recalls/{Uri.EscapeDataString(recallId)}/ack", new { kind = "DELETED" }, null),
        cancellationToken);

    public Task<HubAnswer> AckCorrection(string uscc, string correctionId, CancellationToken cancellationToken) => Call(
        uscc,
        () => Request(HttpMethod.Post, $"corrections/{Uri.EscapeDataString(correctionId)}/ack", new { }, null),
        cancellationToken);

    public Task<HubAnswer> Report(AidRecord record, CancellationToken cancellationToken)
    {
        var key = Decisions.IdempotencyKey(record.AidId, record.Version);
        return Call(record.Uscc, () => Request(HttpMethod.Post, "aid-records", record, key), cancellationToken);
    }

    public Task<HubAnswer> Offers(string uscc, string? after, CancellationToken cancellationToken) =>
        Call(
            uscc,
            () => Request(HttpMethod.Get, $"offers?after={Uri.EscapeDataString(after ?? "")}&limit=100", null, null),
            cancellationToken);

    private Task<HubAnswer> Post(Offer offer, string verb, object body, CancellationToken cancellationToken)
    {
        var path = $"referrals/{Uri.EscapeDataString(offer.ReferralId)}/{verb}";
        return Call(offer.Uscc, () => Request(HttpMethod.Post, path, body, null), cancellationToken);
    }

    private async Task<HubAnswer> Call(
        string uscc, Func<HttpRequestMessage> request, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        for (var tries = 1; ; tries++)
        {
            if (link.For(uscc) is not { } account)
                return new HubAnswer.GaveUp("no account");
            var answer = await Try(account, request, cancellationToken);
            if (answer is not HubAnswer.TryAgain again)
                return answer;

            var pause = Pause(tries, again.After);
            if (time.GetElapsedTime(started) + pause > Patience)
            {
                LogGaveUp(uscc, tries, again.Reason);
                return new HubAnswer.GaveUp(again.Reason);
            }

            await Task.Delay(pause, time, cancellationToken);
        }
    }

    private async Task<HubAnswer> Try(
        HubAccount account, Func<HttpRequestMessage> prepare, CancellationToken cancellationToken)
    {
        using var request = prepare();
        request.RequestUri = new Uri(account.Root, request.RequestUri!); // set by Request below
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", account.ApiKey);
        try
        {
            using var response = await http.SendAsync(request, cancellationToken);
            var body = Json.TryParse(await response.Content.ReadAsByteArrayAsync(cancellationToken)) ?? default;
            return Judge(response, body);
        }
        catch (HttpRequestException failure)
        {
            return failure.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded
                ? new HubAnswer.GaveUp("answer too large")
                : new HubAnswer.TryAgain(failure.HttpRequestError.ToString(), null);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new HubAnswer.TryAgain("timeout", null);
        }
    }

    private static HubAnswer Judge(HttpResponseMessage response, JsonElement body) =>
        (int)response.StatusCode switch
        {
            >= 200 and < 300 => new HubAnswer.Done(body),
            var status and (408 or 425 or 429 or >= 500) => new HubAnswer.TryAgain(
                status.ToString(CultureInfo.InvariantCulture), response.Headers.RetryAfter?.Delta),
            // The report was accepted and is still on its way through the hub.
            409 when Code(body) == "referral.no_aid" => new HubAnswer.TryAgain("no aid yet", null),
            var status => new HubAnswer.Refused(status, Code(body)),
        };

    // A code becomes a counter's name, so nothing that is not a code may pass as one.
    private static string Code(JsonElement body) =>
        body.Text("code") is { Length: > 0 and <= 60 } code
        && code.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '-')
            ? code
            : "no code";

    private static TimeSpan Pause(int tries, TimeSpan? asked)
    {
        var own = ShortestPause * Math.Pow(2, Math.Min(tries - 1, 4));
        var wanted = asked ?? own;
        return wanted < ShortestPause ? ShortestPause : wanted > LongestPause ? LongestPause : wanted;
    }

    private static HttpRequestMessage Request(HttpMethod method, string path, object? body, Guid? idempotencyKey)
    {
        var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        if (body is not null)
        {
            request.Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body, Json.Options));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        if (idempotencyKey is { } key)
            request.Headers.Add("Idempotency-Key", key.ToString());
        return request;
    }

    [LoggerMessage(LogLevel.Warning, "{Uscc} gave up on the hub after {Tries} tries: {Reason}.")]
    private partial void LogGaveUp(string uscc, int tries, string reason);
}
