using IntegrationHub.Contracts.Canonical;

namespace IntegrationHub.Disclosure;

/// <summary>
/// The age at which a person consents alone (PIPL Art. 31; P4, scenario 8). A guardian's consent counts before the 14th
/// birthday, the person's own after it; on the day itself, when both readings of the law are open, neither does. A
/// birthday of 29 February lies, in a common year, between 28 February and 1 March.
/// </summary>
internal static class Age
{
    private const int OfOwnConsent = 14;

    /// <summary>
    /// True if a consent given in this capacity is valid on this day for a person born then; an unknown birth date
    /// never is.
    /// </summary>
    public static bool MayConsent(ConsentCapacity capacity, DateOnly? bornOn, DateOnly day)
    {
        if (bornOn is not { } born || born > day)
            return false;
        var sinceBirthday = SinceBirthday(born, day);
        return capacity == ConsentCapacity.Guardian ? sinceBirthday < 0 : sinceBirthday > 0;
    }

    /// <summary>
    /// True while everything about the person counts as sensitive (PIPL Art. 28): through the birthday, and when the
    /// birth date is unknown.
    /// </summary>
    public static bool IsProtected(DateOnly? bornOn, DateOnly day) =>
        bornOn is not { } born || SinceBirthday(born, day) <= 0;

    // Compares year, month and day, because the birthday itself may be a day that the year does not have.
    private static int SinceBirthday(DateOnly born, DateOnly day) =>
        (day.Year, day.Month, day.Day).CompareTo((born.Year + OfOwnConsent, born.Month, born.Day));
}
