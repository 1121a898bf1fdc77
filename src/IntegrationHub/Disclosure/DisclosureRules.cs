using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Policy;

namespace IntegrationHub.Disclosure;

/// <summary>
/// The one decision about what an outside party may be told (domain.md §2.6). Pure and total: asked at offer, at claim
/// and whenever something is repeated; whatever is missing or unknown is refused.
/// </summary>
public static class DisclosureRules
{
    private const string NormalIdentity = "OK";
    private const string NoPolicy = "none";

    public static DisclosureDecision Decide(DisclosureRequest request)
    {
        var day = HubCalendar.DayOf(request.At);
        var refusal = ObjectionOfPolicy(request, day)
            ?? ObjectionToSubject(request.Subject)
            ?? RecipientRules.ObjectionTo(request.Recipient, request.Purpose, request.Division, day)
            ?? ObjectionToMatching(request);
        var version = request.Policy?.Version ?? NoPolicy;
        if (refusal is not null)
            return Refusal(refusal, version);
        var decision = ByConsent(request, day, version);
        // Last, so that a consent that is gone is always the reason that is told.
        if (decision.Permitted && request.NeedObjection is { } objection)
            return Refusal(objection, version);
        return decision.Effective.Contains(DataItems.Household, StringComparer.Ordinal)
            ? WithHousehold(decision, request, day)
            : decision;
    }

    private static DisclosureDecision Refusal(string reason, string policyVersion) =>
        new() { Permitted = false, Reason = reason, PolicyVersion = policyVersion };

    // Step 0: without rules for this kind on this day there is nothing to decide by.
    private static string? ObjectionOfPolicy(DisclosureRequest request, DateOnly day) =>
        request.Policy is { } policy
        && policy.EffectiveFrom <= day
        && (policy.EffectiveTo is null || day <= policy.EffectiveTo)
        && policy.NeedKinds.Any(kind => kind.Code == request.Purpose)
            ? null
            : ReasonCode.PolicyMissing;

    // Step 1: a person in doubt is not passed on (P15, scenario 12). A state this code does not know is a doubt.
    private static string? ObjectionToSubject(SubjectFacts? subject) => subject?.State switch
    {
        null => ReasonCode.IdentityUnknown,
        NormalIdentity => null,
        "DEATH_SUSPECTED" => ReasonCode.DeathSuspected,
        "DECEASED" => ReasonCode.Deceased,
        _ => ReasonCode.IdentityConflict,
    };

    // P18: whom a machine may not match is offered by nobody until a person has looked; a claim follows a person's answer.
    private static string? ObjectionToMatching(DisclosureRequest request) =>
        request.Step == DisclosureStep.Offer && request.ObjectsToMatching ? ReasonCode.MatchingObjected : null;

    // One consent carries a decision; the items of two are never added up. Ties go to the person's newest word, then to
    // the lower id, so that a replay agrees.
    private static DisclosureDecision ByConsent(DisclosureRequest request, DateOnly day, string version)
    {
        var consents = ConsentFold.Fold(request.Consents, request.At);
        var best = consents
            .Select(consent => ConsentVerdict.Of(consent, consents, request, day))
            .OrderByDescending(verdict => verdict.Permitted)
            .ThenByDescending(verdict => verdict.Effective.Count)
            .ThenByDescending(verdict => verdict.Concerns)
            .ThenByDescending(verdict => verdict.Passed)
            .ThenByDescending(verdict => verdict.Ground.ChangedAt)
            .ThenBy(verdict => verdict.Ground.ConsentId, StringComparer.Ordinal)
            .FirstOrDefault();
        return best is null ? Refusal(ReasonCode.ConsentNone, version) : new DisclosureDecision
        {
            Permitted = best.Permitted,
            Reason = best.Reason,
            Effective = best.Effective,
            ConsentId = best.Ground.ConsentId,
            ConsentSequence = best.Ground.Sequence,
            PolicyVersion = version,
        };
    }

    // Step 10: of the others who live there each is a subject of their own, with a consent of their own that names this
    // recipient; who gave none is one of a number (P20).
    private static DisclosureDecision WithHousehold(DisclosureDecision decision, DisclosureRequest request, DateOnly day)
    {
        var permits = new List<MemberPermit>();
        foreach (var member in request.Members)
        {
            if (ObjectionToSubject(member.Subject) is not null)
                continue;
            var own = ByConsent(AskedOf(member, request), day, decision.PolicyVersion);
            if (own is { Permitted: true, ConsentId: { } consentId, ConsentSequence: { } sequence })
                permits.Add(new(member.Subject.PersonKey, member.Relation, own.Effective, consentId, sequence));
        }

        return decision with { Members = permits, Others = request.Members.Count - permits.Count };
    }

    private static DisclosureRequest AskedOf(HouseholdMember member, DisclosureRequest request) => request with
    {
        Subject = member.Subject,
        Consents = member.Consents,
        Members = [],
        Items = [.. request.Items.Intersect(DataItems.OfMembers, StringComparer.Ordinal)],
    };
}
