using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Policy;

namespace IntegrationHub.Disclosure;

/// <summary>Which ends of consents the passing of time has brought by now. Pure.</summary>
public static class ConsentDue
{
    /// <summary>
    /// An event for every consent that stands by its events and not by the clock. It bears the sequence of what it ends, so
    /// that it is the same event whenever it is made and takes no number a source will use.
    /// </summary>
    public static IReadOnlyList<ConsentEvent> Of(
        IReadOnlyList<ConsentEvent> events, DateOnly? bornOn, DateTimeOffset now)
    {
        var day = HubCalendar.DayOf(now);
        var due = new List<ConsentEvent>();
        foreach (var consent in ConsentFold.Fold(events, now).Where(one => one.Standing == ConsentStanding.Active))
        {
            var birthday = bornOn is { } born && IsGuardiansOfChild(consent) ? BirthdayOf(born) : (DateOnly?)null;
            if (birthday <= day && !(consent.ValidTo < birthday))
                due.Add(End(consent, ConsentEventType.GuardianLapsed, birthday.Value));
            else if (consent.ValidTo is { } last && last < day)
                due.Add(End(consent, ConsentEventType.Expired, last.AddDays(1)));
        }

        return due;
    }

    private static bool IsGuardiansOfChild(ConsentState consent) =>
        consent is { Capacity: ConsentCapacity.Guardian, CapacityEvidence: null };

    // The first day on which the guardian's word counts no more; of 29 February it is 1 March, because fourteen years
    // after a leap year comes a common one.
    private static DateOnly? BirthdayOf(DateOnly born)
    {
        var year = born.Year + Age.OfOwnConsent;
        return year > DateOnly.MaxValue.Year ? null
            : born is { Month: 2, Day: 29 } ? new DateOnly(year, 3, 1)
            : new DateOnly(year, born.Month, born.Day);
    }

    private static ConsentEvent End(ConsentState consent, ConsentEventType type, DateOnly day) => new()
    {
        ConsentId = consent.ConsentId,
        Sequence = consent.Sequence,
        Type = type,
        Capacity = consent.Capacity,
        Purposes = [],
        Items = [],
        Recipients = [],
        Actions = [],
        Sensitive = false,
        Provide = false,
        EffectiveAt = HubCalendar.InstantOf(day.ToDateTime(TimeOnly.MinValue)).ToUniversalTime(),
    };
}
