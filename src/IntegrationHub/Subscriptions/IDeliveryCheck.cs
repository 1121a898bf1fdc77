using IntegrationHub.Contracts.Messages;

namespace IntegrationHub.Subscriptions;

/// <summary>An event about to be sent, as it was written when it happened.</summary>
public sealed record WaitingEvent(Guid EventId, string Body)
{
    public override string ToString() => $"event {EventId}";
}

/// <summary>
/// Asked just before events are sent, which may be days after they happened: may each still be told (scenario 29)? The
/// answer belongs to who decides about disclosure.
/// </summary>
public interface IDeliveryCheck
{
    /// <summary>What is to be told instead, by the id of the event that must not be told any more.</summary>
    Task<IReadOnlyDictionary<Guid, HubEvent>> Instead(
        IReadOnlyList<WaitingEvent> events, CancellationToken cancellationToken);
}
