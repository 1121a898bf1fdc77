using IntegrationHub.Contracts.Canonical;

namespace IntegrationHub.Disclosure;

/// <summary>
/// What one consent says to a request: the first of steps 3 to 9 it fails at, or the items it lets through.
/// </summary>
internal sealed record ConsentVerdict
{
    /// <summary>The consent to name in the decision: this one, or the one by which a guardian speaks against it.</summary>
    public required ConsentState Ground { get; init; }

    /// <summary>How many steps it passed.</summary>
    public required int Passed { get; init; }
    public required string Reason { get; init; }
    public required IReadOnlyList<string> Effective { get; init; }

    /// <summary>
    /// True if it is about this purpose, recipient and action; its reason then says more than another consent's.
    /// </summary>
    public required bool Concerns { get; init; }

    public bool Permitted => Reason == ReasonCode.Permit;

    public static ConsentVerdict Of(
        ConsentState consent, IReadOnlyList<ConsentState> all, DisclosureRequest request, DateOnly day)
    {
        var age = Age.StandingOf(request.Subject?.BornOn, day);
        var against = GuardianRules.Against(consent, all, request);
        string?[] steps =
        [
            ObjectionOfStanding(consent.Standing),
            consent.LawfulBasis == LawfulBases.Consent ? null : ReasonCode.ConsentNone,
            ObjectionOfTime(consent, day),
            ConsentScopes.IsFor(consent.Purposes, request) ? null : ReasonCode.ConsentPurpose,
            ConsentScopes.Reaches(consent.Recipients, consent.RecipientClass, request) ? null : ReasonCode.ConsentNeedNamed,
            ConsentScopes.Allows(consent.Actions, request) ? null : ReasonCode.ConsentAction,
            request.Step == DisclosureStep.Offer || consent.Provide ? null : ReasonCode.ConsentProvide,
            Age.MayConsent(consent, age) && !GuardianRules.HasLapsed(consent, all) ? null : ReasonCode.ConsentGuardian,
            against is null ? null : ReasonCode.ConsentWithdrawn,
        ];
        var failed = Array.FindIndex(steps, step => step is not null);
        var effective = failed < 0 ? EffectiveItems(consent, request, age) : [];
        return new ConsentVerdict
        {
            Ground = failed == steps.Length - 1 && against is not null ? against : consent,
            Passed = failed < 0 ? steps.Length : failed,
            Reason = failed >= 0 ? steps[failed]!  // FindIndex chose one that is not null
                : request.Step == DisclosureStep.Claim && effective.Count == 0 ? ReasonCode.ItemsEmpty
                : ReasonCode.Permit,
            Effective = effective,
            Concerns = ConsentScopes.Concerns(consent, request),
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

    // Steps 8 and 9: asked ∩ agreed ∩ whitelist of the kind ∩ agreement ∩ what its department lets go on.
    private static IReadOnlyList<string> EffectiveItems(
        ConsentState consent, DisclosureRequest request, AgeStanding age)
    {
        if (request is not { Step: DisclosureStep.Claim, Policy: { } policy, Recipient: { } recipient })
            return [];
        var whitelist = policy.WhitelistOf(request.Purpose);
        return
        [
            .. DataItems.All.Where(item =>
                request.Items.Contains(item, StringComparer.Ordinal)
                && consent.Items.Contains(item, StringComparer.Ordinal)
                && whitelist.Contains(item, StringComparer.Ordinal)
                && recipient.AgreementItems.Contains(item, StringComparer.Ordinal)
                && policy.MayPassOn(item)
                && (consent.Sensitive
                    || !(Age.IsProtected(age) || DataItems.Sensitive.Contains(item) || policy.IsSensitive(item)))),
        ];
    }
}
