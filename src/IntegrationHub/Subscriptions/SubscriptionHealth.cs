namespace IntegrationHub.Subscriptions;

/// <summary>How long a subscription has been failing, and how often in a row it has refused what it was sent.</summary>
internal sealed record SubscriptionHealth(DateTimeOffset? FailingSince, int Refusals)
{
    public static SubscriptionHealth Sound { get; } = new(null, 0);

    public SubscriptionHealth After(DeliveryOutcome outcome, DateTimeOffset now) => outcome switch
    {
        DeliveryOutcome.Delivered => Sound,
        DeliveryOutcome.Refused => new SubscriptionHealth(FailingSince ?? now, Refusals + 1),
        _ => this with { FailingSince = FailingSince ?? now },
    };

    /// <summary>
    /// Why the hub stops sending, or null. One event that is refused is that event's affair; many in a row, or days without
    /// a single success, are the receiver's, and what waits is better kept than spent on it.
    /// </summary>
    public string? ReasonToDisable(DeliveryOutcome last, DateTimeOffset now, SubscriptionOptions options) => last switch
    {
        DeliveryOutcome.Delivered => null,
        DeliveryOutcome.Gone => "gone",
        _ when Refusals >= options.DisableAfterRefusals => "refusing",
        _ when FailingSince is { } since && now - since >= options.DisableAfter => "failing",
        _ => null,
    };
}
