using IntegrationHub.Contracts.Canonical;

namespace IntegrationHub.Disclosure;

/// <summary>On which side of the 14th birthday a person is on one day: all that a decision needs of the birth date.</summary>
public enum AgeStanding
{
    Unknown,

    /// <summary>Before the birthday: a guardian consents.</summary>
    Child,

    /// <summary>The birthday itself, when both readings of the law are open and neither consent counts.</summary>
    Birthday,

    /// <summary>From the day after it on the person consents.</summary>
    OfAge,
}

/// <summary>
/// The age at which a person consents alone (PIPL Art. 31; P4, scenario 8). A guardian's consent counts before the 14th
/// birthday, the person's own after it; on the day itself neither does. A birthday of 29 February lies, in a common
/// year, between 28 February and 1 March.
/// </summary>
internal static class Age
{
    public const int OfOwnConsent = 14;

    public static AgeStanding StandingOf(DateOnly? bornOn, DateOnly day) =>
        bornOn is not { } born || born > day ? AgeStanding.Unknown
        // Year, month and day apart, because the birthday itself may be a day that the year does not have.
        : (day.Year, day.Month, day.Day).CompareTo((born.Year + OfOwnConsent, born.Month, born.Day)) switch
        {
            < 0 => AgeStanding.Child,
            0 => AgeStanding.Birthday,
            _ => AgeStanding.OfAge,
        };

    /// <summary>
    /// True if a consent given in this capacity counts at this age. Whoever speaks for an adult needs evidence that they
    /// may: a guardian of their guardianship, an agent of their authority.
    /// </summary>
    public static bool MayConsent(ConsentState consent, AgeStanding age) => (consent.Capacity, age) switch
    {
        (ConsentCapacity.Guardian, AgeStanding.Child) => true,
        (ConsentCapacity.Guardian, AgeStanding.OfAge) => consent.CapacityEvidence is not null,
        (ConsentCapacity.Self, AgeStanding.OfAge) => true,
        (ConsentCapacity.Agent, AgeStanding.OfAge) =>
            consent.CapacityEvidence is not null || consent.EvidenceHash is not null,
        _ => false,
    };

    /// <summary>
    /// True while everything about the person counts as sensitive (PIPL Art. 28): through the birthday, and when the
    /// birth date is unknown.
    /// </summary>
    public static bool IsProtected(AgeStanding age) => age != AgeStanding.OfAge;

    /// <summary>Some birth date with this standing on this day: what a replay puts in the place of the true one.</summary>
    public static DateOnly? SomeBirth(AgeStanding age, DateOnly day) => age switch
    {
        AgeStanding.Child => day,
        AgeStanding.Birthday when day.Year > OfOwnConsent
            && day.Day <= DateTime.DaysInMonth(day.Year - OfOwnConsent, day.Month) =>
            new DateOnly(day.Year - OfOwnConsent, day.Month, day.Day),
        AgeStanding.OfAge => DateOnly.MinValue,
        _ => null,
    };
}
