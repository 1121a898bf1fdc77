namespace IntegrationHub.Identity.Linkage;

/// <summary>How much a pair looks like one person, in bits of odds: 0 is even, 10 is a thousand to one for it.</summary>
internal static class LinkageScore
{
    /// <summary>Smallest population believed: with few people known, many are not known yet.</summary>
    private const double FewestPeople = 10_000;

    /// <summary>How many people live in a household, on the average: so many share its reference by right.</summary>
    private const double HouseholdSize = 4;

    /// <summary>Pure and symmetric. A common name or phone weighs less than a rare one, by how often it is seen.</summary>
    /// <param name="one">One side.</param>
    /// <param name="other">The other.</param>
    /// <param name="comparison">What <see cref="ProfileComparison"/> found between them.</param>
    /// <param name="model">The weights.</param>
    /// <param name="people">How many people are known.</param>
    public static double Of(Profile one, Profile other, Comparison comparison, LinkageModel model, long people)
    {
        var population = Math.Max(people, FewestPeople);
        var bits = -Math.Log2(population);
        foreach (var field in Enum.GetValues<Field>())
            bits += WeightOf(field);
        return bits;

        double WeightOf(Field field) => (field, comparison[field]) switch
        {
            // The two are among their own namesakes: without them the name would be seen so often.
            (Field.Name, (int)NameLevel.Exact) => Rarity(field, (int)NameLevel.Exact, Math.Max(one.Namesakes, other.Namesakes) - 1),
            (Field.Phone, (int)PhoneLevel.Same) => Rarity(field, (int)PhoneLevel.Same, HouseholdSize * (RarestPhone(one, other) - 1)),
            (Field.Household, (int)HouseholdLevel.Same) => Rarity(field, (int)HouseholdLevel.Same, HouseholdSize),
            var (_, level) => model.WeightOf(field, level),
        };

        double Rarity(Field field, int level, double bearers) =>
            Math.Log2(model.M[(int)field][level] * population / Math.Max(bearers, 1));
    }

    private static int RarestPhone(Profile one, Profile other) =>
        one.Phones.Where(other.Phones.Contains)
            .Select(phone => Math.Max(one.PhoneShares.GetValueOrDefault(phone, 1), other.PhoneShares.GetValueOrDefault(phone, 1)))
            .DefaultIfEmpty(1)
            .Min();
}
