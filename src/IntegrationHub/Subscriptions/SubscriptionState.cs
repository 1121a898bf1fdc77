namespace IntegrationHub.Subscriptions;

/// <summary>The states of a subscription. In every one of them events are numbered and kept for it; only ACTIVE ones are sent.</summary>
public static class SubscriptionState
{
    /// <summary>The receiver has not yet agreed to be called.</summary>
    public const string Pending = "PENDING";
    public const string Active = "ACTIVE";

    /// <summary>Stopped by the organisation or the operator.</summary>
    public const string Paused = "PAUSED";

    /// <summary>Stopped by the hub, because its receiver is gone or has failed for long.</summary>
    public const string Disabled = "DISABLED";
}

/// <summary>The ways in which a subscription is served.</summary>
public static class SubscriptionChannel
{
    public const string Webhook = "WEBHOOK";
    public const string Feed = "FEED";
    public const string Amqp = "AMQP";

    public static IReadOnlyList<string> All { get; } = [Webhook, Feed, Amqp];
}
