using IntegrationHub.Contracts.Canonical;

namespace IntegrationHub.Identity.Linkage;

/// <summary>Compares two profiles, field by field. Pure and symmetric.</summary>
internal static class ProfileComparison
{
    private const int TownshipDigits = 9;
    private const int CountyDigits = 6;
    private const int CityDigits = 4;

    public static Comparison Compare(Profile one, Profile other)
    {
        var household = Shared(one.Households, other.Households);
        return Comparison.Of(
            NameComparison.Compare(one.Name, other.Name, one.NameIsDegraded || other.NameIsDegraded),
            BirthComparison.Closest(Births(one), Births(other)),
            Sexes(one.Sex, other.Sex),
            // One household has one phone and one place: that they agree too says nothing more.
            household == HouseholdLevel.Same ? DivisionLevel.Missing : Divisions(one, other),
            household == HouseholdLevel.Same ? PhoneLevel.Missing : Phones(one, other),
            household,
            Ids(one, other));
    }

    // A contested number states nobody's birth date, and one of fifteen digits needs its birth date confirmed.
    private static DateOnly?[] Births(Profile profile)
    {
        if (profile.Standing == IdStanding.Full
            && ResidentId.TryParse(profile.IdNo, out var id)
            && id.BornOn != profile.BornOn)
            return [profile.BornOn, id.BornOn, .. profile.OtherBirths];
        return profile.OtherBirths.Count == 0 ? [profile.BornOn] : [profile.BornOn, .. profile.OtherBirths];
    }

    private static SexLevel Sexes(string? one, string? other) =>
        one is not ("1" or "2") || other is not ("1" or "2") ? SexLevel.Missing
        : one == other ? SexLevel.Same
        : SexLevel.Different;

    private static HouseholdLevel Shared(IReadOnlyList<string> one, IReadOnlyList<string> other) =>
        one.Count == 0 || other.Count == 0 ? HouseholdLevel.Missing
        : one.Any(household => other.Contains(household, StringComparer.Ordinal)) ? HouseholdLevel.Same
        : HouseholdLevel.Different;

    private static PhoneLevel Phones(Profile one, Profile other) =>
        one.Phones.Count == 0 || other.Phones.Count == 0 ? PhoneLevel.Missing
        : one.Phones.Any(other.Phones.Contains) ? PhoneLevel.Same
        : PhoneLevel.Different;

    private static DivisionLevel Divisions(Profile one, Profile other)
    {
        var closest = DivisionLevel.Missing;
        foreach (var a in one.Divisions)
        {
            foreach (var b in other.Divisions)
            {
                var level = Agree(a, b, TownshipDigits) ? DivisionLevel.SameTownship
                    : Agree(a, b, CountyDigits) ? DivisionLevel.SameCounty
                    : Agree(a, b, CityDigits) ? DivisionLevel.SameCity
                    : DivisionLevel.Different;
                if (closest == DivisionLevel.Missing || level < closest)
                    closest = level;
            }
        }

        return closest;
    }

    private static bool Agree(string one, string other, int digits) =>
        one.Length >= digits && other.Length >= digits && one.AsSpan(0, digits).SequenceEqual(other.AsSpan(0, digits));

    private static IdLevel Ids(Profile one, Profile other)
    {
        if (one.Standing == IdStanding.Contested || other.Standing == IdStanding.Contested)
            return IdLevel.Missing;
        return (one, other) switch
        {
            ({ IdNo: { } a }, { IdNo: { } b }) => IdComparison.Whole(a, b),
            ({ IdNo: { } a }, { UnusableIdNo: { } b }) => IdComparison.Unusable(a, b),
            ({ UnusableIdNo: { } a }, { IdNo: { } b }) => IdComparison.Unusable(b, a),
            ({ UnusableIdNo: { } a }, { UnusableIdNo: { } b }) => a == b ? IdLevel.Same : IdLevel.Missing,
            _ => IdLevel.Missing,
        };
    }
}
