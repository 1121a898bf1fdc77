using IntegrationHub.Policy;

namespace IntegrationHub.Aid;

/// <summary>Two aids that may be help for the same thing.</summary>
public sealed record DuplicateSuspicion(string Kind, AidRef First, AidRef Second);

/// <summary>
/// Who may have been helped twice for the same thing (R03, R41), pure: same person or household, same kind of need, same
/// school year and stage or within the days policy gives, and neither one payment told twice nor a declared complement.
/// A suspicion is told and never stops anything (R04).
/// </summary>
public static class DuplicateAid
{
    public static IReadOnlyList<DuplicateSuspicion> Find(
        AidLedger ledger, IReadOnlyCollection<PaymentPair> pairs, IReadOnlySet<(AidRef, AidRef)> complements, AidRules rules)
    {
        var samePayment = pairs.Select(pair => (pair.Government, pair.Charity)).ToHashSet();
        var found = new List<DuplicateSuspicion>();
        var counting = ledger.Counting.Select(position => position.Entry).OrderBy(entry => entry.Ref).ToList();
        for (var i = 0; i < counting.Count; i++)
        {
            for (var j = i + 1; j < counting.Count; j++)
            {
                var (one, other) = (counting[i], counting[j]);
                if (!AreTwoGifts(one, other) || samePayment.Contains((one.Ref, other.Ref)) || complements.Contains((one.Ref, other.Ref)))
                    continue;
                var kind = one.Kinds.Intersect(other.Kinds).Order(StringComparer.Ordinal)
                    .FirstOrDefault(kind => IsSameThing(one, other, rules.WindowOf(kind)));
                if (kind is not null)
                    found.Add(new DuplicateSuspicion(kind, one.Ref, other.Ref));
            }
        }

        return found;
    }

    // The government's own payments are its own to compare; parts of one referral are one help; and what a charity
    // carries out for the government is the government's payment (scenario 17).
    private static bool AreTwoGifts(AidEntry one, AidEntry other) =>
        (one.Side == AidSide.Charity || other.Side == AidSide.Charity)
        && (one.ReferralId is null || one.ReferralId != other.ReferralId)
        && !one.IsComplement && !other.IsComplement
        && !(one.Side != other.Side && (one.Funding == AidFunding.GovPurchase || other.Funding == AidFunding.GovPurchase));

    private static bool IsSameThing(AidEntry one, AidEntry other, AidWindow window)
    {
        var isSameSubject = (one.Person is not null && one.Person == other.Person)
            || (window.Subject == AidWindow.OfHousehold && one.Household is not null && one.Household == other.Household);
        if (!isSameSubject)
            return false;
        return window.Period == AidWindow.InSchoolYear
            ? one.Stage is not null && one.Stage == other.Stage && SchoolYear.Of(one.When.Last) == SchoolYear.Of(other.When.Last)
            : one.When.DaysTo(other.When) <= window.Days;
    }
}
