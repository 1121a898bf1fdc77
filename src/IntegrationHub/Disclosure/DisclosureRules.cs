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
    private const string CharityClass = "CHARITY";
    private const string NoPolicy = "none";

    public static DisclosureDecision Decide(DisclosureRequest request)
    {
        var day = HubCalendar.DayOf(request.At);
        var refusal = ObjectionOfPolicy(request, day)
            ?? ObjectionToSubject(request.Subject)
            ?? RecipientRules.ObjectionTo(request.Recipient, request.Purpose, request.Division, day);
        var version = request.Policy?.Version ?? NoPolicy;
        if (refusal is not null)
            return Refusal(refusal, version);
        var decision = ByConsent(request, day, version);
        // Last, so that a consent that is gone is always the reason that is told.
        return decision.Permitted && request.NeedObjection is { } objection ? Refusal(objection, version) : decision;
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

    // One consent carries a decision; the items of two are never added up. Ties go to the person's newest word, then to
    // the lower id, so that a replay agrees.
    private static DisclosureDecision ByConsent(DisclosureRequest request, DateOnly day, string version)
    {
        var verdicts = ConsentFold.Fold(request.Consents, request.At)
            .Select(consent => ConsentVerdict.Of(consent, request, day))
            .OrderByDescending(verdict => verdict.Permitted)
            .ThenByDescending(verdict => verdict.Effective.Count)
            .ThenByDescending(verdict => verdict.Concerns)
            .ThenByDescending(verdict => verdict.Passed)
            .ThenByDescending(verdict => verdict.Consent.ChangedAt)
            .ThenBy(verdict => verdict.Consent.ConsentId, StringComparer.Ordinal);
        if (verdicts.FirstOrDefault() is not { } best)
            return Refusal(ReasonCode.ConsentNone, version);
        return new DisclosureDecision
        {
            Permitted = best.Permitted,
            Reason = best.Reason,
            Effective = best.Effective,
            ConsentId = best.Consent.ConsentId,
            ConsentSequence = best.Consent.Sequence,
            PolicyVersion = version,
        };
    }

    /// <summary>
    /// What one consent says to a request: the first of steps 3 to 9 it fails at, or the items it lets through.
    /// </summary>
    private sealed record ConsentVerdict(
        ConsentState Consent, int Passed, string Reason, IReadOnlyList<string> Effective)
    {
        public bool Permitted => Reason == ReasonCode.Permit;

        /// <summary>
        /// True if it is about this purpose, recipient and action; its reason then says more than another consent's.
        /// </summary>
        public required bool Concerns { get; init; }

        public static ConsentVerdict Of(ConsentState consent, DisclosureRequest request, DateOnly day)
        {
            string?[] steps =
            [
                ObjectionOfStanding(consent.Standing),
                ObjectionOfTime(consent, day),
                consent.Purposes.Contains(request.Purpose, StringComparer.Ordinal) ? null : ReasonCode.ConsentPurpose,
                Reaches(consent, request) ? null : ReasonCode.ConsentNeedNamed,
                Allows(consent, request.Step) ? null : ReasonCode.ConsentAction,
                request.Step == DisclosureStep.Offer || consent.Provide ? null : ReasonCode.ConsentProvide,
                Age.MayConsent(consent.Capacity, request.Subject?.BornOn, day) ? null : ReasonCode.ConsentGuardian,
            ];
            var failed = Array.FindIndex(steps, step => step is not null);
            var effective = failed < 0 ? EffectiveItems(consent, request, day) : [];
            var reason = failed >= 0 ? steps[failed]!  // FindIndex chose one that is not null
                : request.Step == DisclosureStep.Claim && effective.Count == 0 ? ReasonCode.ItemsEmpty
                : ReasonCode.Permit;
            return new ConsentVerdict(consent, failed < 0 ? steps.Length : failed, reason, effective)
            {
                Concerns = steps[2] is null && steps[3] is null && steps[4] is null,
            };
        }

        // Step 3.
        private static string? ObjectionOfStanding(ConsentStanding standing) => standing switch
        {
            ConsentStanding.Active => null,
            ConsentStanding.Withdrawn => ReasonCode.ConsentWithdrawn,
            ConsentStanding.Invalidated => ReasonCode.ConsentInvalidated,
            ConsentStanding.Expired => ReasonCode.ConsentExpired,
            ConsentStanding.GuardianLapsed => ReasonCode.ConsentGuardian,
            _ => ReasonCode.ConsentNone,
        };

        // Step 4: both days are inside.
        private static string? ObjectionOfTime(ConsentState consent, DateOnly day) =>
            day < consent.ValidFrom ? ReasonCode.ConsentNotYetValid
            : day > consent.ValidTo ? ReasonCode.ConsentExpired
            : null;

        // Step 6: a class may be told that there is a need; identity needs the recipient's name (P1).
        private static bool Reaches(ConsentState consent, DisclosureRequest request) =>
            consent.Recipients.Contains(request.Recipient?.Uscc ?? "", StringComparer.Ordinal)
            || (request.Step == DisclosureStep.Offer && consent.RecipientClass == CharityClass);

        private static bool Allows(ConsentState consent, DisclosureStep step) => consent.Actions.Contains(
            step == DisclosureStep.Offer ? ConsentAction.Offer : ConsentAction.Detail, StringComparer.Ordinal);

        // Steps 8, 9 and 10: every item is the person's own; of the household no item says more than how many live in
        // it (P20).
        private static IReadOnlyList<string> EffectiveItems(
            ConsentState consent, DisclosureRequest request, DateOnly day)
        {
            if (request.Step == DisclosureStep.Offer)
                return [];
            var isChild = Age.IsProtected(request.Subject?.BornOn, day);
            var whitelist = request.Policy?.WhitelistOf(request.Purpose) ?? [];
            return
            [
                .. DataItems.All.Where(item =>
                    request.Items.Contains(item, StringComparer.Ordinal)
                    && consent.Items.Contains(item, StringComparer.Ordinal)
                    && whitelist.Contains(item, StringComparer.Ordinal)
                    && (request.Recipient?.AgreementItems.Contains(item, StringComparer.Ordinal) ?? false)
                    && (consent.Sensitive || !(isChild || DataItems.Sensitive.Contains(item)))),
            ];
        }
    }
}
