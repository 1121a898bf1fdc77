namespace IntegrationHub.Identity.Linkage;

/// <summary>A fitted model, and the share of the compared pairs it takes for matches.</summary>
internal sealed record LinkageFit(LinkageModel Model, double MatchShare, int Rounds);

/// <summary>
/// Estimates the probabilities of a <see cref="LinkageModel"/> from comparisons nobody has labelled (EM, with a Dirichlet
/// prior around what was believed before). Pure and deterministic; with few data it returns what was believed.
/// </summary>
internal static class ExpectationMaximisation
{
    private const int MostRounds = 500;
    private const double Settled = 1e-9;

    /// <param name="seen">The comparisons.</param>
    /// <param name="believed">The start, and what <paramref name="strength"/> pairs would have shown.</param>
    /// <param name="strength">How many pairs the belief weighs.</param>
    /// <param name="fitU">False keeps u: it is then known from pairs drawn at random.</param>
    public static LinkageFit Fit(IReadOnlyList<PatternCount> seen, LinkageModel believed, double strength, bool fitU = false)
    {
        // In one order, whatever the order of the data: sums of floating-point numbers depend on it.
        var patterns = seen.OrderBy(pattern => pattern.Comparison.Packed).ToList();
        var total = patterns.Sum(pattern => (double)pattern.Count);
        var fit = new LinkageFit(believed, 0.1, 0);
        if (total == 0)
            return fit;
        for (var round = 1; round <= MostRounds; round++)
        {
            var next = Round(patterns, total, fit, believed, strength, fitU) with { Rounds = round };
            var moved = Math.Abs(next.MatchShare - fit.MatchShare) + Distance(next.Model.M, fit.Model.M);
            fit = next;
            if (moved < Settled)
                break;
        }

        return fit;
    }

    private static LinkageFit Round(
        List<PatternCount> patterns, double total, LinkageFit fit, LinkageModel believed, double strength, bool fitU)
    {
        var m = Scaled(believed.M, strength);
        var u = Scaled(believed.U, strength);
        var matches = 0.0;
        foreach (var (comparison, count) in patterns)
        {
            var match = count * MatchProbability(comparison, fit);
            matches += match;
            foreach (var field in Enum.GetValues<Field>())
            {
                var level = comparison[field];
                if (level == 0)
                    continue;
                m[(int)field][level] += match;
                u[(int)field][level] += count - match;
            }
        }

        var model = new LinkageModel { M = Shares(m), U = fitU ? Shares(u) : fit.Model.U };
        return new LinkageFit(model, matches / total, 0);
    }

    private static double MatchProbability(Comparison comparison, LinkageFit fit)
    {
        var bits = Math.Log2(Math.Max(fit.MatchShare, 1e-12) / Math.Max(1 - fit.MatchShare, 1e-12));
        foreach (var field in Enum.GetValues<Field>())
            bits += fit.Model.WeightOf(field, comparison[field]);
        return 1 / (1 + Math.Pow(2, -bits));
    }

    private static double[][] Scaled(double[][] shares, double by) =>
        [.. shares.Select(field => field.Select(share => share * by).ToArray())];

    private static double[][] Shares(double[][] counts) =>
    [
        .. counts.Select(field =>
        {
            var sum = field.Sum();
            return field.Select(count => sum > 0 ? count / sum : 0).ToArray();
        }),
    ];

    private static double Distance(double[][] one, double[][] other) =>
        one.Zip(other, (a, b) => a.Zip(b, (x, y) => Math.Abs(x - y)).Sum()).Sum();
}
