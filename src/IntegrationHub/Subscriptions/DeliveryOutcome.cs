using System.Net;
using System.Net.Sockets;
using Polly.Timeout;

namespace IntegrationHub.Subscriptions;

/// <summary>How one attempt to deliver ended, as a value. This is the only place that judges it.</summary>
internal abstract record DeliveryOutcome
{
    private DeliveryOutcome() { }

    /// <summary>
    /// What is written beside the delivery and counted: a status or a kind of failure, never content.
    /// </summary>
    public abstract string Label { get; }

    /// <summary>The subscriber has it.</summary>
    internal sealed record Delivered(HttpStatusCode Status) : DeliveryOutcome
    {
        public override string Label => $"HTTP {(int)Status}";
    }

    /// <summary>
    /// Worth trying again later, not before <paramref name="After"/> if the subscriber named a pause.
    /// </summary>
    internal sealed record TryAgain(string Reason, TimeSpan? After = null) : DeliveryOutcome
    {
        public override string Label => Reason;
    }

    /// <summary>
    /// It would be refused however often it came, as contracts/events/README.md promises; those behind it still go.
    /// </summary>
    internal sealed record Refused(string Reason) : DeliveryOutcome
    {
        public override string Label => Reason;
    }

    /// <summary>The receiver says that it is no more (410): the subscription is disabled and its events wait.</summary>
    internal sealed record Gone : DeliveryOutcome
    {
        public override string Label => "HTTP 410";
    }

    /// <summary>The subscription's address is not, or no longer, one the hub may send to.</summary>
    public static DeliveryOutcome TargetRefused { get; } = new Refused("target");

    public static DeliveryOutcome Judge(HttpStatusCode status, TimeSpan? retryAfter) => (int)status switch
    {
        >= 200 and < 300 => new Delivered(status),
        410 => new Gone(),
        408 or 425 or 429 or >= 500 => new TryAgain($"HTTP {(int)status}", retryAfter),
        _ => new Refused($"HTTP {(int)status}"),
    };

    /// <summary>Null means that the failure is none of the subscriber's and belongs to the caller.</summary>
    public static DeliveryOutcome? Judge(Exception failure) => failure switch
    {
        TimeoutRejectedException => new TryAgain("timeout"),
        HttpRequestException { InnerException: TargetRefusedException } => TargetRefused,
        HttpRequestException { InnerException: SocketException } => new TryAgain("connection"),
        HttpRequestException request => new TryAgain(request.HttpRequestError.ToString()),
        IOException => new TryAgain("connection"),
        _ => null,
    };
}
