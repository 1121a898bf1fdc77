using IntegrationHub.Contracts.Messages;
using IntegrationHub.Database;
using IntegrationHub.Identity;
using IntegrationHub.Outbox;
using IntegrationHub.Referrals;

namespace IntegrationHub.Pipeline;

/// <summary>
/// Asks for a judgement of the aid of people whose government aid changed. Only of those a charity knows of: nobody else
/// can have got anything twice, and a first load of payments pays one look for a chunk.
/// </summary>
internal static class AidChanges
{
    private const int MostInOne = 200;

    public static async Task Tell(
        HubTransaction work, MessageOutbox outbox, IReadOnlyCollection<Guid> people, CancellationToken cancellationToken)
    {
        if (people.Count == 0)
            return;
        var persons = await PersonBook.KeysOf(work, people, cancellationToken);
        Guid[] keys = [.. persons.Values.SelectMany(person => person.Keys).Distinct()];
        var concerned = await NeedBook.PeopleWithOrganisation(work, keys, cancellationToken);
        await outbox.Send(
            work, concerned.Order().Chunk(MostInOne).Select(object (some) => new AidChanged { PersonKeys = some }).ToList(), cancellationToken);
    }
}
