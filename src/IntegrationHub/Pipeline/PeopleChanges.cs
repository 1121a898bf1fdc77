using IntegrationHub.Contracts.Messages;
using IntegrationHub.Database;
using IntegrationHub.Disclosure;
using IntegrationHub.Identity;
using IntegrationHub.Outbox;
using IntegrationHub.Referrals;

namespace IntegrationHub.Pipeline;

/// <summary>
/// Asks for a review of people something has changed about, in the transaction of the change (P7: seconds, not a night).
/// Only of those an organisation knows of or was given something about; for everybody else the next routing is soon enough.
/// </summary>
public static class PeopleChanges
{
    // So many people share a message: a chunk of consents is a handful of messages, and a review is one short transaction.
    private const int MostInOne = 200;

    /// <summary>Sends as many commands as needed, most often none.</summary>
    public static async Task Tell(
        HubTransaction work, MessageOutbox outbox, IReadOnlyCollection<Guid> people, CancellationToken cancellationToken)
    {
        if (people.Count == 0)
            return;
        // A referral may be filed under another key of the same person.
        var persons = await PersonBook.KeysOf(work, people, cancellationToken);
        Guid[] keys = [.. persons.Values.SelectMany(person => person.Keys).Distinct()];
        var concerned = await NeedBook.PeopleWithOrganisation(work, keys, cancellationToken);
        concerned.UnionWith(await ReleaseStore.PeopleOf(work, keys, cancellationToken));
        var commands = concerned.Order().Chunk(MostInOne)
            .Select(object (some) => new PeopleChanged { PersonKeys = some })
            .ToList();
        await outbox.Send(work, commands, cancellationToken);
    }
}
