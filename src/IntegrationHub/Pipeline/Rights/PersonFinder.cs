using IntegrationHub.Contracts;
using IntegrationHub.Database;
using IntegrationHub.Identity;
using IntegrationHub.Referrals;

namespace IntegrationHub.Pipeline.Rights;

/// <summary>Finds who an operator means: one person with all their keys, or a refusal that says nothing about anybody.</summary>
public sealed class PersonFinder(IdentityStation identity)
{
    /// <exception cref="HubProblemException"><c>person.not_found</c> or <c>person.ambiguous</c>.</exception>
    public async Task<PersonKeys> Find(HubTransaction work, PersonReference reference, CancellationToken cancellationToken)
    {
        Guid[] found = reference switch
        {
            PersonReference.Key key => [key.PersonKey],
            PersonReference.Id id => [identity.PersonKeyOf(id.Number.Value)],
            PersonReference.Need need => [.. await PersonsNeeds.PeopleOf(work, need.NeedRef, cancellationToken)],
            _ => throw new InvalidOperationException("Unknown reference."),
        };
        var people = (await PersonBook.KeysOf(work, found, cancellationToken)).Values.DistinctBy(person => person.PersonKey).ToList();
        return people switch
        {
            [] => throw NotFound(),
            [var person] => person,
            _ => throw new HubProblemException(
                "person.ambiguous", "Two sources number a need of two people like that.", "Name the person by their key, or by id number on the input."),
        };
    }

    internal static HubProblemException NotFound() => new(
        "person.not_found", "The hub holds nothing about such a person.", "Check the reference; give an id number with `-` on the input.");
}
