namespace IntegrationHub.Identity.Linkage;

/// <summary>Weights for this population: u from people drawn at random, m from the pairs that may be matches.</summary>
internal static class LinkageTraining
{
    /// <summary>How many drawn pairs, and how many candidate pairs, the belief of <see cref="LinkageModel.Default"/> weighs.</summary>
    private const double Strength = 2_000;

    private const int Neighbours = 20;

    /// <summary>Pure. With few data, or where the fit is not plausible, the belief stays.</summary>
    public static LinkageModel Train(IReadOnlyList<Profile> drawn, IReadOnlyCollection<PatternCount> candidates)
    {
        var believed = LinkageModel.Default with { U = UFrom(drawn) };
        var fit = ExpectationMaximisation.Fit([.. candidates], believed, Strength);
        return fit.Model.IsPlausible() ? fit.Model : believed;
    }

    // A level that two strangers never showed keeps the chance it is believed to have. Name, phone and household are
    // judged by how often their very value is seen, and an id by what its digits leave open.
    private static double[][] UFrom(IReadOnlyList<Profile> drawn)
    {
        var counts = LinkageModel.Default.U.Select(field => field.Select(share => share * Strength).ToArray()).ToArray();
        for (var i = 0; i < drawn.Count; i++)
        {
            for (var j = i + 1; j <= i + Neighbours && j < drawn.Count; j++)
            {
                if (drawn[i].Face.PersonKey == drawn[j].Face.PersonKey)
                    continue;
                var comparison = ProfileComparison.Compare(drawn[i], drawn[j]);
                foreach (var field in (Field[])[Field.Name, Field.Birth, Field.Sex, Field.Division])
                {
                    if (comparison[field] > 0)
                        counts[(int)field][comparison[field]]++;
                }
            }
        }

        return [.. counts.Select(field => field.Select(count => count / field.Sum()).ToArray())];
    }
}
