using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using IntegrationHub.Contracts.Messages;

namespace IntegrationHub.Subscriptions;

/// <summary>One thing a receiver has to do, and what it did.</summary>
public sealed record SubscriberFinding(string Check, string Wanted, string Saw, bool Passed, int TookMs);

/// <summary>
/// Plays the hub to a receiver and looks at its answers: what every receiver should do with good, repeated, reordered,
/// expired and forged deliveries. For a charity to run against its own receiver, on its own machine if it likes.
/// </summary>
public sealed class SubscriberCheck(HttpClient http, Uri receiver, byte[] secret, string origin, TimeProvider time)
{
    private const int LongestMs = 10_000;
    private const string Taken = "2xx";
    private const string Refused = "4xx";

    private readonly string _subject = Guid.CreateVersion7().ToString();

    /// <summary>A secret as it was shown, or null if it cannot be one.</summary>
    public static byte[]? ReadSecret(string shown)
    {
        var text = shown.StartsWith("whsec_", StringComparison.Ordinal) ? shown[6..] : shown;
        var secret = new byte[text.Length];
        return Convert.TryFromBase64String(text, secret, out var size) && size is >= 24 and <= 64 ? secret[..size] : null;
    }

    public async IAsyncEnumerable<SubscriberFinding> Run(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return await Handshake(cancellationToken);
        var first = Delivery(1);
        yield return await Look("good delivery", Taken, first, cancellationToken);
        yield return await Look("the same delivery again", Taken, first, cancellationToken);
        yield return await Look("number 3 before number 2", Taken, Delivery(3), cancellationToken);
        yield return await Look("number 2 after number 3", Taken, Delivery(2), cancellationToken);
        yield return await Look("a type it does not know", Taken, Delivery(4, "something.new"), cancellationToken);
        yield return await Look(
            "two signatures, the second one fits", Taken, Delivery(5) with { Before = "v1,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= " },
            cancellationToken);
        yield return await Look("a signature by another secret", Refused, Delivery(6) with { Secret = RandomNumberGenerator.GetBytes(32) }, cancellationToken);
        yield return await Look(
            "a body changed after it was signed", Refused, Delivery(6) with { Change = body => body.Replace("\"6\"", "\"7\"", StringComparison.Ordinal) },
            cancellationToken);
        yield return await Look("no signature", Refused, Delivery(6) with { IsSigned = false }, cancellationToken);
        yield return await Look("an expired delivery", Refused, Delivery(6) with { Age = TimeSpan.FromMinutes(11) }, cancellationToken);
        yield return await Look("a delivery of the future", Refused, Delivery(6) with { Age = TimeSpan.FromMinutes(-11) }, cancellationToken);
        yield return await Look("number 6 after all that", Taken, Delivery(6), cancellationToken);
    }

    private async Task<SubscriberFinding> Handshake(CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Options, receiver);
        request.Headers.Add("WebHook-Request-Origin", origin);
        return await Ask("handshake", $"WebHook-Allowed-Origin: {origin} or *", request, response =>
        {
            var allowed = response.Headers.TryGetValues("WebHook-Allowed-Origin", out var values) ? string.Join(',', values) : "none";
            var isAllowed = response.IsSuccessStatusCode && allowed.Split(',', StringSplitOptions.TrimEntries).Any(one => one == "*" || one == origin);
            return ($"{(int)response.StatusCode}, WebHook-Allowed-Origin: {allowed}", isAllowed);
        }, cancellationToken);
    }

    private async Task<SubscriberFinding> Look(
        string check, string wanted, Trial trial, CancellationToken cancellationToken)
    {
        var body = EventEnvelope.Write(trial.Event, trial.Sequence);
        var at = (time.GetUtcNow() - trial.Age).ToUnixTimeSeconds();
        var id = trial.Event.EventId.ToString();
        using var request = new HttpRequestMessage(HttpMethod.Post, receiver);
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", at.ToString(CultureInfo.InvariantCulture));
        if (trial.IsSigned)
            request.Headers.Add("webhook-signature", trial.Before + WebhookSignature.Of(trial.Secret, id, at, Encoding.UTF8.GetBytes(body)));
        request.Content = new StringContent(trial.Change(body), Encoding.UTF8, new MediaTypeHeaderValue(EventEnvelope.ContentType));
        return await Ask(check, wanted, request, response =>
        {
            var status = (int)response.StatusCode;
            return ($"{status}", wanted == Taken ? status is >= 200 and < 300 : status is >= 400 and < 500 and not 410);
        }, cancellationToken);
    }

    private static async Task<SubscriberFinding> AskOnce(
        HttpClient http, string check, string wanted, HttpRequestMessage request,
        Func<HttpResponseMessage, (string Saw, bool Passed)> judge, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(LongestMs);
        try
        {
            using var response = await http.SendAsync(request, patience.Token);
            var (saw, passed) = judge(response);
            return new SubscriberFinding(check, wanted, saw, passed, Took(started));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new SubscriberFinding(check, wanted, "no answer within ten seconds", false, Took(started));
        }
        catch (HttpRequestException failure)
        {
            return new SubscriberFinding(check, wanted, failure.HttpRequestError.ToString(), false, Took(started));
        }
    }

    private Task<SubscriberFinding> Ask(
        string check, string wanted, HttpRequestMessage request, Func<HttpResponseMessage, (string, bool)> judge,
        CancellationToken cancellationToken) => AskOnce(http, check, wanted, request, judge, cancellationToken);

    private static int Took(long started) => (int)Stopwatch.GetElapsedTime(started).TotalMilliseconds;

    private Trial Delivery(long sequence, string type = SubscriberEvents.Tested)
    {
        var at = time.GetUtcNow();
        var happened = new HubEvent
        {
            EventId = Guid.CreateVersion7(),
            Type = type,
            Subject = _subject,
            Time = at,
            Data = JsonSerializer.Serialize(
                new { subscriptionId = _subject, uscc = "534104995010000253", at }, JsonSerializerOptions.Web),
        };
        return new Trial(happened, sequence, secret);
    }

    private sealed record Trial(HubEvent Event, long Sequence, byte[] Secret)
    {
        public string Before { get; init; } = "";
        public bool IsSigned { get; init; } = true;
        public TimeSpan Age { get; init; }
        public Func<string, string> Change { get; init; } = body => body;
    }
}
