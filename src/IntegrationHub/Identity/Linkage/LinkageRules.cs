using IntegrationHub.Policy;

namespace IntegrationHub.Identity.Linkage;

/// <summary>
/// What becomes of a compared pair. The score orders; it never decides alone: a false merge is the worst the hub could
/// do, so a certain link needs every identifying field equal, something that ties the two together besides, and no
/// number that speaks against it. Pure and symmetric.
/// </summary>
internal static class LinkageRules
{
    public static LinkageEdge Decide(Profile one, Profile other, Comparison comparison, double score, IdentityRules rules)
    {
        // Fifteen digits of a number known decide together with name and birth, and never without (domain.md §2.6).
        var byRule = IsDerivedOfKnown(one, other, comparison);
        var verdict = IsCertain(one, other, comparison) && (byRule || score >= rules.CertainAt) ? LinkageVerdict.Certain
            : byRule || (MayBeReviewed(one, other, comparison) && score >= rules.ReviewAt) ? LinkageVerdict.Review
            : LinkageVerdict.None;
        var swap = one.Key.CompareTo(other.Key) > 0;
        return new LinkageEdge
        {
            One = swap ? other.Key : one.Key,
            Other = swap ? one.Key : other.Key,
            Verdict = verdict,
            Kind = KindOf(one, other, comparison),
            Score = score,
            Comparison = comparison,
            ByRule = byRule,
        };
    }

    /// <summary>What one number under two names is: by the distance of the names (domain.md §2.6).</summary>
    public static string KindOfConflict(Comparison comparison) =>
        comparison is
        {
            Name: NameLevel.Exact or NameLevel.OneLetter or NameLevel.OneLetterOfTwo or NameLevel.Similar or NameLevel.Degraded,
            Birth: BirthLevel.Exact or BirthLevel.Missing,
            Sex: not SexLevel.Different,
        }
            ? ReviewKind.Rename
            : ReviewKind.SharedId;

    private static string KindOf(Profile one, Profile other, Comparison comparison) => (one.Standing, other.Standing) switch
    {
        (IdStanding.Full, IdStanding.Full) => ReviewKind.CorrectedId,
        (IdStanding.Derived, _) or (_, IdStanding.Derived) when comparison.Id == IdLevel.Same => ReviewKind.DerivedId,
        _ => ReviewKind.MissingId,
    };

    private static bool IsCertain(Profile one, Profile other, Comparison comparison) =>
        !BothWhole(one, other)
        && one.Standing != IdStanding.Contested
        && other.Standing != IdStanding.Contested
        && comparison is { Name: NameLevel.Exact, Birth: BirthLevel.Exact, Sex: not SexLevel.Different }
        && comparison.Id is not (IdLevel.Tail or IdLevel.Different)
        && (comparison.Household == HouseholdLevel.Same
            || comparison.Phone == PhoneLevel.Same
            || comparison.Id is IdLevel.Same or IdLevel.OneOff or IdLevel.Transposed);

    private static bool MayBeReviewed(Profile one, Profile other, Comparison comparison)
    {
        if (comparison.Name is NameLevel.Missing or NameLevel.Different)
            return false;
        var numbersAgree = comparison.Id is IdLevel.Same or IdLevel.OneOff or IdLevel.Transposed;
        if (BothWhole(one, other))
        {
            // Two numbers that differ in their sequence, and two names: twins, not a correction.
            return comparison.Name == NameLevel.Exact
                ? comparison.Birth != BirthLevel.Different || numbersAgree
                : numbersAgree && comparison.Birth == BirthLevel.Exact;
        }

        if (comparison.Birth is BirthLevel.Different or BirthLevel.Missing)
        {
            return comparison.Name == NameLevel.Exact
                && (numbersAgree || comparison.Household == HouseholdLevel.Same || comparison.Phone == PhoneLevel.Same)
                && (comparison.Birth == BirthLevel.Missing || numbersAgree);
        }

        return comparison.Name == NameLevel.Exact || comparison.Birth == BirthLevel.Exact;
    }

    private static bool BothWhole(Profile one, Profile other) =>
        one.Standing == IdStanding.Full && other.Standing == IdStanding.Full;

    private static bool IsDerivedOfKnown(Profile one, Profile other, Comparison comparison) =>
        comparison.Id == IdLevel.Same
        && one.IdNo is not null
        && one.IdNo == other.IdNo
        && (one.Standing == IdStanding.Derived || other.Standing == IdStanding.Derived);
}
