using IntegrationHub.Database;
using IntegrationHub.Identity;

namespace IntegrationHub.Pipeline;

/// <summary>
/// Looks again at all that rests on some people: their referrals that are under way, and what was released about them.
/// </summary>
public sealed class PersonReview(NeedRouting routing, ReleaseReview releases)
{
    /// <summary>Reviews them in the open transaction; any key of a person stands for the whole of them.</summary>
    public async Task Review(HubTransaction work, IReadOnlyCollection<Guid> people, CancellationToken cancellationToken)
    {
        var persons = await PersonBook.KeysOf(work, people, cancellationToken);
        Guid[] keys = [.. persons.Values.SelectMany(person => person.Keys).Distinct().Order()];
        await routing.Review(work, keys, cancellationToken);
        await releases.Review(work, [.. persons.Values.DistinctBy(person => person.PersonKey)], cancellationToken);
    }
}
