using IntegrationHub.Contracts.Canonical;

namespace IntegrationHub.Disclosure;

/// <summary>
/// What several people who speak for one person say together (P5): either valid guardian can stop what the other allows,
/// and a guardianship that ended takes along what its guardian agreed to.
/// </summary>
internal static class GuardianRules
{
    /// <summary>
    /// True if the guardianship this consent rests on ended after it was given, as another consent of the same guardian
    /// says. A guardian nobody named cannot be recognised in another consent.
    /// </summary>
    public static bool HasLapsed(ConsentState consent, IReadOnlyList<ConsentState> all) =>
        consent is { Capacity: ConsentCapacity.Guardian, GivenBy: { } guardian }
        && all.Where(other => other.ConsentId != consent.ConsentId).SelectMany(other => other.Ends).Any(end =>
            end.Standing == ConsentStanding.GuardianLapsed && end.By == guardian && !(end.At < consent.GivenAt));

    /// <summary>The consent by which a guardian speaks against what this one permits, or null.</summary>
    public static ConsentState? Against(
        ConsentState consent, IReadOnlyList<ConsentState> all, DisclosureRequest request) =>
        all.FirstOrDefault(other => other.Ends.Any(end =>
            end.Standing == ConsentStanding.Withdrawn
            && end.IsGuardians
            && (consent.Capacity == ConsentCapacity.Guardian || end.IsForAdult)
            && (ConsentScopes.Concerns(other, request) || ConsentScopes.Concerns(end.Scope, request))
            && !HasEnded(end, other)
            && !IsOwnWord(end, other, consent)
            && !IsTakenBack(end, all, request)));

    // A guardian who is one no more stops nothing. Only the same consent says so: an event about something else must
    // never open what this withdrawal closed.
    private static bool HasEnded(ConsentEnd withdrawal, ConsentState consent) => consent.Ends.Any(end =>
        end.Standing == ConsentStanding.GuardianLapsed && end.By == withdrawal.By && end.At >= withdrawal.At);

    // What a guardian withdrew says nothing about what the same guardian left standing. One who was not named may be the
    // one who agreed later, but hardly one who had agreed before.
    private static bool IsOwnWord(ConsentEnd withdrawal, ConsentState withdrawn, ConsentState consent) =>
        withdrawal.By is { } guardian
            ? guardian == consent.GivenBy
            : withdrawn.ConsentId == consent.ConsentId || consent.GivenAt > withdrawal.At;

    private static bool IsTakenBack(
        ConsentEnd withdrawal, IReadOnlyList<ConsentState> all, DisclosureRequest request) =>
        withdrawal.By is { } guardian && all.Any(consent =>
            consent.Standing == ConsentStanding.Active
            && consent.GivenBy == guardian
            && consent.GivenAt > withdrawal.At
            && ConsentScopes.Concerns(consent, request));
}
