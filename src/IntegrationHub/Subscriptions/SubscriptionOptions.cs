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

    /// <summary>A subscription without a single success for so long is disabled.</summary>
    [Range(typeof(TimeSpan), "00:00:10", "30.00:00:00")]
    public TimeSpan DisableAfter { get; init; } = TimeSpan.FromDays(5);

    /// <summary>So many refusals in a row disable a subscription, before it has refused everything that waits for it.</summary>
    [Range(1, 10_000)]
    public int DisableAfterRefusals { get; init; } = 50;

    /// <summary>Ports a webhook may use, unless its address is on the allow list.</summary>
    public IReadOnlyList<int> AllowedPorts { get; init; } = [443, 8443];

    /// <summary>Who the hub says it is when it asks a receiver for its agreement (WebHook-Request-Origin): a host name.</summary>
    [RegularExpression("^[A-Za-z0-9.-]{1,200}$")]
    public string Origin { get; init; } = "integration-hub";

    /// <summary>
    /// True: receivers on the allow list are asked for their agreement too. Otherwise the operator who listed them has
    /// vouched for them.
    /// </summary>
    public bool HandshakeWithListed { get; init; }

    /// <summary>Subscriptions one organisation may keep.</summary>
    [Range(1, 1_000)]
    public int MostPerOrganisation { get; init; } = 20;

    internal bool AreAllowedTargetsPlain => AllowedTargets.All(target =>
        target is { IsAbsoluteUri: true, Scheme: "http" or "https", UserInfo: "", Query: "", Fragment: "" });

    internal bool IsLeaseLongEnough => Lease > BatchTime + RequestTimeout;
}

[OptionsValidator]
internal sealed partial class SubscriptionOptionsValidator : IValidateOptions<SubscriptionOptions>;
