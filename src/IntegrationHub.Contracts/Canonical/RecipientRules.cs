namespace IntegrationHub.Contracts.Canonical;

/// <summary>
/// Whether an organisation may receive anything about a need at all (R22): asked when ranking, and again at every
/// release.
/// </summary>
public static class RecipientRules
{
    private const string NormalStatus = "NORMAL";

    /// <summary>
    /// The first rule that forbids it, or null. Empty lists forbid; both days of an agreement are inside it.
    /// </summary>
    public static string? ObjectionTo(Organisation? organisation, string kind, string division, DateOnly day) =>
        organisation switch
        {
            null => ReasonCode.RecipientUnknown,
            { IsCharity: false } => ReasonCode.RecipientNotCharity,
            { Status: not NormalStatus } => ReasonCode.RecipientStatus,
            _ when !organisation.Scopes.Contains(kind, StringComparer.Ordinal) => ReasonCode.RecipientScope,
            _ when !organisation.Areas.Any(area => Covers(area, division)) => ReasonCode.RecipientArea,
            _ when !HasAgreement(organisation, day) => ReasonCode.RecipientAgreement,
            _ => null,
        };

    /// <summary>
    /// True if the division lies in the area. Both may be padded with zeros on the right; an area that is no whole
    /// level covers nothing.
    /// </summary>
    public static bool Covers(string area, string division) =>
        WithoutPadding(area) is { Length: 2 or 4 or 6 or 9 or 12 } prefix
        && prefix.AsSpan().IndexOfAnyExceptInRange('0', '9') < 0
        && WithoutPadding(division).StartsWith(prefix, StringComparison.Ordinal);

    private static bool HasAgreement(Organisation organisation, DateOnly day) =>
        organisation.AgreementId.Length > 0 && organisation.AgreementFrom <= day && day <= organisation.AgreementTo;

    // Levels of GB/T 2260 with its two extensions: province 2, city 4, county 6, township 9, village 12 digits.
    private static string WithoutPadding(string division) => division switch
    {
        { Length: 12 } when division.EndsWith("000", StringComparison.Ordinal) => WithoutPadding(division[..9]),
        { Length: 9 } when division.EndsWith("000", StringComparison.Ordinal) => WithoutPadding(division[..6]),
        { Length: 6 } when division.EndsWith("00", StringComparison.Ordinal) => WithoutPadding(division[..4]),
        { Length: 4 } when division.EndsWith("00", StringComparison.Ordinal) => division[..2],
        _ => division,
    };
}
