namespace IntegrationHub.Reconciliation;

/// <summary>How much of one kind is still on its way inside the hub.</summary>
/// <param name="Name">What waits: chunks, deliveries, or messages to one consumer.</param>
/// <param name="Young">Waiting for less time than anything healthy may take.</param>
/// <param name="Failed">Standing in Failures.</param>
/// <param name="Old">All other.</param>
public sealed record QueueLine(string Name, long Young, long Failed, long Old);
