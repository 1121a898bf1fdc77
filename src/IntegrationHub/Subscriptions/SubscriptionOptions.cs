using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace IntegrationHub.Subscriptions;

/// <summary>Where webhooks may go and how patiently they are sent.</summary>
public sealed class SubscriptionOptions
{
    /// <summary>
    /// Addresses below which a target is allowed although it is not https or lies in a private network. Compared by
    /// scheme, host, port and whole path segments, so that no longer name slips through.
    /// </summary>
    public IReadOnlyList<Uri> AllowedTargets { get; init; } = [];

    /// <summary>Subscriptions sent to at the same time; each is sent its deliveries one after another.</summary>
    [Range(1, 256)]
    public int Lanes { get; init; } = 32;

    /// <summary>Deliveries of one subscription taken at once, and written back at once.</summary>
    [Range(1, 5_000)]
    public int BatchSize { get; init; } = 200;

    /// <summary>For one delivery: connecting, sending, answering, and one reconnect.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>After this long a batch is written back though not all of it was sent.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:05:00")]
    public TimeSpan BatchTime { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long a taken subscription is left alone by other senders; a sender that died loses it after this.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(20);

    [Range(typeof(TimeSpan), "00:00:00.100", "00:05:00")]
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(1);

    internal bool AreAllowedTargetsPlain => AllowedTargets.All(target =>
        target is { IsAbsoluteUri: true, Scheme: "http" or "https", UserInfo: "", Query: "", Fragment: "" });

    internal bool IsLeaseLongEnough => Lease > BatchTime + RequestTimeout;
}

[OptionsValidator]
internal sealed partial class SubscriptionOptionsValidator : IValidateOptions<SubscriptionOptions>;
