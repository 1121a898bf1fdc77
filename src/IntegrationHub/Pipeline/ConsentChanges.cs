using IntegrationHub.Consent;
using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Database;
using IntegrationHub.Outbox;

namespace IntegrationHub.Pipeline;

/// <summary>
/// The one way into the ledger: append, tell what was new, and have everything reviewed that rests on these people. All
/// in the transaction of the caller.
/// </summary>
internal static class ConsentChanges
{
    /// <summary>Records the events and returns those that were new.</summary>
    public static async Task<IReadOnlyList<(Guid PersonKey, ConsentEvent Event)>> Record(
        HubTransaction work, MessageOutbox outbox, IReadOnlyList<(Guid PersonKey, ConsentEvent Event)> told,
        string origin, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var added = await ConsentLedger.Append(work, told, origin, now, cancellationToken);
        if (added.Count == 0)
            return added;
        var contradicted = await ConsentLedger.Contradicted(
            work, [.. added.Select(one => one.Event.ConsentId).Distinct()], cancellationToken);
        var events = added.Select(one => ConsentEvents.Of(
            one.Event, contradicted.Contains((one.Event.ConsentId, one.Event.Sequence)), now));
        await outbox.Send(
            work, ConsentEvents.Messages([.. events.DistinctBy(happened => happened.EventId)]), cancellationToken);
        await PeopleChanges.Tell(
            work, outbox, [.. added.Select(one => one.PersonKey).Distinct()], cancellationToken);
        return added;
    }
}
