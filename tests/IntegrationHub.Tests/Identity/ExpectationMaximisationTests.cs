using IntegrationHub.Identity.Linkage;

namespace IntegrationHub.Tests.Identity;

public sealed class ExpectationMaximisationTests
{
    private const double Share = 0.2;

    private static readonly LinkageModel s_truth = LinkageModel.Default with
    {
        M =
        [
            [0, 0.80, 0.10, 0.04, 0.03, 0.02, 0.01],
            [0, 0.90, 0.03, 0.04, 0.01, 0.02],
            [0, 0.97, 0.03],
            [0, 0.55, 0.25, 0.15, 0.05],
            [0, 0.45, 0.55],
            [0, 0.30, 0.70],
            [0, 0.20, 0.35, 0.12, 0.13, 0.20],
        ],
        U =
        [
            [0, 0.05, 0.05, 0.10, 0.05, 0.05, 0.70],
            [0, 0.10, 0.01, 0.03, 0.01, 0.85],
            [0, 0.50, 0.50],
            [0, 0.05, 0.20, 0.35, 0.40],
            [0, 0.02, 0.98],
            [0, 0.01, 0.99],
            [0, 0.01, 0.02, 0.01, 0.10, 0.86],
        ],
    };

    [Fact]
    public void Known_probabilities_are_found_again_from_unlabelled_pairs()
    {
        var fit = ExpectationMaximisation.Fit(Expected(2_000_000), LinkageModel.Default, strength: 10, fitU: true);

        Assert.Equal(Share, fit.MatchShare, 0.01);
        AssertClose(s_truth.M, fit.Model.M);
        AssertClose(s_truth.U, fit.Model.U);
    }

    [Fact]
    public void With_u_known_m_is_found_again()
    {
        var fit = ExpectationMaximisation.Fit(
            Expected(2_000_000), LinkageModel.Default with { U = s_truth.U }, strength: 10);

        Assert.Equal(Share, fit.MatchShare, 0.01);
        AssertClose(s_truth.M, fit.Model.M);
    }

    [Fact]
    public void Without_data_the_belief_stays()
    {
        var fit = ExpectationMaximisation.Fit([], LinkageModel.Default, strength: 500);

        Assert.Equal(LinkageModel.Default, fit.Model);
    }

    [Fact]
    public void Few_data_hardly_move_a_strong_belief()
    {
        var odd = new PatternCount(
            Comparison.Of(
                NameLevel.Different, BirthLevel.Different, SexLevel.Different, DivisionLevel.Different, PhoneLevel.Same,
                HouseholdLevel.Different, IdLevel.Missing),
            5);

        var fit = ExpectationMaximisation.Fit([odd], LinkageModel.Default, strength: 500);

        Assert.True(fit.Model.IsPlausible());
        Assert.Equal(LinkageModel.Default.M[0][1], fit.Model.M[0][1], 0.02);
    }

    [Fact]
    public void The_order_of_the_data_changes_nothing()
    {
        var seen = Expected(10_000);

        var fit = ExpectationMaximisation.Fit([.. Enumerable.Reverse(seen)], LinkageModel.Default, strength: 10);

        Assert.Equal(ExpectationMaximisation.Fit(seen, LinkageModel.Default, strength: 10).Model.M, fit.Model.M);
    }

    [Fact]
    public void A_fit_that_follows_housemates_instead_of_people_is_not_believed() =>
        Assert.False((LinkageModel.Default with
        {
            M = [[0, 0.05, 0.3, 0.3, 0.1, 0.05, 0.2], .. LinkageModel.Default.M[1..]],
        }).IsPlausible());

    // How often each combination of four fields would be seen; the other fields are missing.
    private static List<PatternCount> Expected(int pairs)
    {
        var seen = new List<PatternCount>();
        for (var name = 1; name < 7; name++)
        {
            for (var birth = 1; birth < 6; birth++)
            {
                for (var division = 1; division < 5; division++)
                {
                    for (var rest = 0; rest < 40; rest++)
                    {
                        int[] levels = [name, birth, 1 + (rest % 2), division, 1 + (rest / 2 % 2), 1 + (rest / 4 % 2), 1 + (rest / 8)];
                        var share = (Share * Product(s_truth.M, levels)) + ((1 - Share) * Product(s_truth.U, levels));
                        seen.Add(new PatternCount(Comparison.Of(levels), (long)Math.Round(share * pairs)));
                    }
                }
            }
        }

        return seen;
    }

    private static double Product(double[][] shares, int[] levels) =>
        levels.Select((level, field) => shares[field][level]).Aggregate(1.0, (product, share) => product * share);

    private static void AssertClose(double[][] expected, double[][] actual)
    {
        for (var field = 0; field < expected.Length; field++)
        {
            for (var level = 1; level < expected[field].Length; level++)
                Assert.True(Math.Abs(expected[field][level] - actual[field][level]) < 0.02, $"{(Field)field} level {level}: {actual[field][level]:0.000}");
        }
    }
}
