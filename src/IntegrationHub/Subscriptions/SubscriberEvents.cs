using System.Text.Json;
using IntegrationHub.Contracts.Messages;

namespace IntegrationHub.Subscriptions;

/// <summary>The events a charity system may be sent (audience <c>charity</c> in codes/event-type.csv), and the station's own ones.</summary>
public static class SubscriberEvents
{
    public const string Offered = "referral.offered";
    public const string Tested = "subscription.tested";
    public const string StateChanged = "subscription.state-changed";

    public static IReadOnlyList<string> Types { get; } =
    [
        Offered, "referral.withdrawn", "referral.cancelled", "recall.issued", "correction.issued", Tested, StateChanged,
    ];

    /// <summary>An event without meaning, to see whether events arrive.</summary>
    internal static HubEvent TestOf(Guid subscriptionId, string uscc, DateTimeOffset at) => Event(
        Tested, subscriptionId, uscc, at, new { subscriptionId, uscc, at });

    /// <summary>Told to every subscription of the organisation: what one of them cannot hear, another can.</summary>
    internal static HubEvent ChangeOf(StateChange change, DateTimeOffset at) => Event(
        StateChanged, change.SubscriptionId, change.Uscc, at,
        new { subscriptionId = change.SubscriptionId, uscc = change.Uscc, state = change.State, reason = change.Reason, at });

    private static HubEvent Event(string type, Guid subject, string uscc, DateTimeOffset at, object data) => new()
    {
        EventId = Guid.CreateVersion7(),
        Type = type,
        Subject = subject.ToString(),
        Time = at,
        Recipient = uscc,
        Data = JsonSerializer.Serialize(data, JsonSerializerOptions.Web),
    };
}

/// <summary>A subscription that was moved to another state, by whom it may be, and why in a code or status.</summary>
internal sealed record StateChange(Guid SubscriptionId, string Uscc, string State, string Reason);
