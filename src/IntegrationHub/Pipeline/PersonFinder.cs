using IntegrationHub.Contracts;
using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Database;
using IntegrationHub.Identity;
using IntegrationHub.Referrals;

namespace IntegrationHub.Pipeline;

/// <summary>
/// Whom an operator means: a person key, the reference of a need, or an id number. A number is only ever read from
/// standard input or a request body, because arguments stay in shell histories and logs.
/// </summary>
public sealed class PersonFinder(HubDatabase database, IdentityStation identity)
{
    /// <summary>The key that stands for the person.</summary>
    /// <exception cref="HubProblemException"><c>person.not_found</c>: nobody is known by it.</exception>
    public async Task<Guid> Find(string reference, CancellationToken cancellationToken)
    {
        await using var work = await database.Begin(cancellationToken);
        var named = await KeyOf(work, reference.Trim(), cancellationToken);
        var person = (await PersonBook.KeysOf(work, [named], cancellationToken)).Values.Single();
        return person.PersonKey;
    }

    private async Task<Guid> KeyOf(HubTransaction work, string reference, CancellationToken cancellationToken)
    {
        if (Guid.TryParse(reference, out var key))
            return key;
        if (ResidentId.TryParse(reference, out _))
            return identity.PersonKeyOf(reference.ToUpperInvariant());
        return await NeedBook.PersonOf(work, reference, cancellationToken) ?? throw new HubProblemException(
            "person.not_found", "Nobody is known by that reference.",
            "Give a person key or a need reference, or - and the id number on standard input.");
    }
}
