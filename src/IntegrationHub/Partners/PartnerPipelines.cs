using System.Globalization;
using System.Net;
using IntegrationHub.Contracts;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace IntegrationHub.Partners;

/// <summary>A partner answered, but not in a way that trying again would change.</summary>
public sealed class PartnerRefusedException(string partner, int status)
    : Exception($"{partner} refused the call with HTTP {status}.")
{
    public int Status { get; } = status;
}

/// <summary>A partner asked for a longer pause than one operation may wait.</summary>
public sealed class PartnerThrottledException(string partner, TimeSpan pause)
    : Exception($"{partner} asks to wait {pause.TotalSeconds.ToString("0", CultureInfo.InvariantCulture)} s.")
{
    public TimeSpan Pause { get; } = pause;
}

/// <summary>
/// How the hub talks to an outside system: the whole operation, send and read and parse, runs inside one pipeline, because
/// a handler-level policy never covers the body (facts.md §8). Pull and push have a pipeline each, so that failing pushes
/// do not stop pulls. One owner per retry: nothing above or below repeats.
/// </summary>
public static class PartnerPipelines
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(60);

    public static ResiliencePipeline Create(TimeSpan total, TimeProvider time) =>
        new ResiliencePipelineBuilder { TimeProvider = time }
            .AddTimeout(total)
            .AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = 4,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = TimeSpan.FromMilliseconds(500),
                MaxDelay = TimeSpan.FromSeconds(20),
                ShouldHandle = arguments => ValueTask.FromResult(IsPassing(arguments.Outcome.Exception)),
                DelayGenerator = arguments => ValueTask.FromResult(
                    arguments.Outcome.Exception is PartnerThrottledException throttled ? throttled.Pause : (TimeSpan?)null),
            })
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions
            {
                FailureRatio = 0.5,
                MinimumThroughput = 10,
                SamplingDuration = TimeSpan.FromSeconds(60),
                BreakDuration = TimeSpan.FromSeconds(5),
                // A 429 is a partner that works and says when: it never opens the breaker.
                ShouldHandle = arguments => ValueTask.FromResult(
                    arguments.Outcome.Exception is HttpRequestException or TimeoutRejectedException),
            })
            .AddTimeout(TimeSpan.FromSeconds(30))
            .Build();

    /// <summary>Judges a status in one place: nothing for 2xx, the fitting exception for the rest.</summary>
    public static void Judge(string partner, HttpResponseMessage response, TimeProvider time)
    {
        var status = (int)response.StatusCode;
        if (status is >= 200 and < 300)
            return;
        if (response.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable && PauseOf(response, time) is { } pause)
        {
            if (pause > LongestPause)
            {
                throw new HubProblemException(
                    "partner.throttled", $"{partner} asks to wait {pause.TotalSeconds.ToString("0", CultureInfo.InvariantCulture)} s.",
                    "Run the sync again after that time.");
            }

            throw new PartnerThrottledException(partner, pause);
        }

        if (status is 408 or 425 or 429 or >= 500)
            throw new HttpRequestException($"{partner} answered HTTP {status}.", null, response.StatusCode);
        throw new PartnerRefusedException(partner, status);
    }

    /// <summary>The problem to show when a partner could not be reached after all tries.</summary>
    public static HubProblemException Unreachable(string partner, string setting, Exception cause) => cause switch
    {
        PartnerRefusedException { Status: 401 or 403 } => new(
            "partner.unauthorised", $"{partner} does not accept the hub's key.",
            "Ask the partner for a valid key and set it beside the address.", cause),
        PartnerRefusedException refused => new(
            "partner.rejected", $"{partner} refused the call with HTTP {refused.Status}.",
            "Compare the call with the partner's contract; trying again will not help.", cause),
        _ => new(
            "partner.unreachable", $"{partner} does not answer at {setting}.",
            "Check that the partner runs and that the address is right, then run the sync again: it goes on from what was committed.",
            cause),
    };

    /// <summary>True for what <see cref="Unreachable"/> is about.</summary>
    public static bool IsUnreachable(Exception failure) =>
        failure is HttpRequestException or TimeoutRejectedException or BrokenCircuitException or PartnerThrottledException
            or PartnerRefusedException;

    private static bool IsPassing(Exception? failure) =>
        failure is HttpRequestException or TimeoutRejectedException or PartnerThrottledException or BrokenCircuitException
            or InvalidDataException;

    private static TimeSpan? PauseOf(HttpResponseMessage response, TimeProvider time) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => NotNegative(date - (response.Headers.Date ?? time.GetUtcNow())), // by the partner's own clock, which may differ from ours
        _ => null,
    };

    private static TimeSpan NotNegative(TimeSpan pause) => pause < TimeSpan.Zero ? TimeSpan.Zero : pause;
}
