using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Policy;

namespace IntegrationHub.Disclosure;

/// <summary>
/// Makes a stored decision again from the facts stored with it, the ledger as it was read then and the rules of its
/// version. Whoever can do that for every release has proved that none was made without a permit.
/// </summary>
public static class DecisionReplay
{
    private const string NoPolicy = "none";

    /// <summary>The decision that follows today from what was known then; null if its facts were not kept.</summary>
    /// <param name="row">The stored decision.</param>
    /// <param name="at">The instant it was made at.</param>
    /// <param name="asRead">Events of a person's keys as they were read then (see <c>ConsentBook.AsRead</c>).</param>
    /// <param name="policyOf">The rules of a version; null if nobody has them.</param>
    public static DisclosureDecision? Again(
        DecisionRow row, DateTimeOffset at, Func<IReadOnlyDictionary<Guid, long>, IReadOnlyList<ConsentEvent>> asRead,
        Func<string, PolicyPack?> policyOf)
    {
        if (row.Facts is not { } facts)
            return null;
        var version = row.Decision.PolicyVersion;
        var decision = DisclosureRules.Decide(
            RequestOf(row, facts, at, asRead, version == NoPolicy ? null : policyOf(version)));
        return facts.NothingHeld && decision.Permitted ? decision.Refuse(ReasonCode.ItemsEmpty) : decision;
    }

    /// <summary>What a stored decision says otherwise than it would be made again, or null if it says the same.</summary>
    public static string? DifferenceOf(DisclosureDecision stored, DisclosureDecision again) =>
        (stored.Permitted, stored.Reason) != (again.Permitted, again.Reason)
            ? $"it said {stored.Reason} and would say {again.Reason}"
        : !stored.Effective.SequenceEqual(again.Effective, StringComparer.Ordinal) ? "it permitted other items"
        : (stored.ConsentId, stored.ConsentSequence) != (again.ConsentId, again.ConsentSequence)
            ? "it rested on another consent"
        : stored.PolicyVersion != again.PolicyVersion ? "it was made under another policy"
        : stored.Others != again.Others || !SameMembers(stored.Members, again.Members) ? "it permitted others of the household"
        : null;

    private static bool SameMembers(IReadOnlyList<MemberPermit> stored, IReadOnlyList<MemberPermit> again) =>
        stored.Count == again.Count && stored.Zip(again).All(pair =>
            pair.First with { Items = [] } == pair.Second with { Items = [] }
            && pair.First.Items.SequenceEqual(pair.Second.Items, StringComparer.Ordinal));

    private static DisclosureRequest RequestOf(
        DecisionRow row, DisclosureFacts facts, DateTimeOffset at,
        Func<IReadOnlyDictionary<Guid, long>, IReadOnlyList<ConsentEvent>> asRead, PolicyPack? policy)
    {
        var day = HubCalendar.DayOf(at);
        return new DisclosureRequest
        {
            Step = row.Step,
            Subject = facts.Subject is { } subject ? SubjectOf(subject) : null,
            Recipient = facts.Recipient is { } recipient ? RecipientOf(recipient) : null,
            Consents = facts.Subject is { } person ? asRead(person.Ledger) : [],
            ObjectsToMatching = facts.ObjectsToMatching,
            NeedObjection = facts.NeedObjection,
            Members = [.. facts.Members.Select(member => new HouseholdMember(
                SubjectOf(member), member.Relation, asRead(member.Ledger)))],
            Purpose = row.Purpose,
            Division = facts.Division,
            Items = row.Requested,
            Policy = policy,
            At = at,
        };

        SubjectFacts SubjectOf(DisclosureFacts.PersonFact fact) =>
            new(fact.Key, fact.State, Age.SomeBirth(fact.Age, day));
    }

    private static Organisation RecipientOf(DisclosureFacts.RecipientFact fact) => new()
    {
        Uscc = fact.Uscc,
        Name = "",
        OrgType = "",
        IsCharity = fact.IsCharity,
        Status = fact.Status,
        Level = "",
        Scopes = fact.Scopes,
        Areas = fact.Areas,
        AgreementId = fact.AgreementId,
        AgreementFrom = fact.AgreementFrom,
        AgreementTo = fact.AgreementTo,
        AgreementItems = fact.AgreementItems,
    };
}
