using CsCheck;
using IntegrationHub.Aid;
using static IntegrationHub.Tests.Aid.Aids;

namespace IntegrationHub.Tests.Aid;

public sealed class SamePaymentTests
{
    private const string Emergency = AidFunding.Emergency;

    [Fact]
    public void Scenario_14_one_payment_told_by_both_with_one_reference_is_linked_and_counted_once()
    {
        AidEntry[] both = [Gov("g", 5_000m, reference: "B-1"), Charity("1", 5_000m, Day.AddDays(3), "JN", Emergency, "B-1")];

        var pair = Assert.Single(Match(both));

        Assert.Equal((PairVerdict.Link, 100), (pair.Verdict, pair.Score));
        Assert.Equal(["AMOUNT", "REFERENCE", "DATE", "PAYER"], pair.Reasons);
        Assert.Equal(5_000m, Sums(both).Total);
        Assert.Equal(2, AidLedger.Fold(both).Counting.Count());
        Assert.DoesNotContain("aid.duplicate", Judge(both).Codes());
    }

    [Fact]
    public void Scenario_14_without_a_reference_a_person_decides_and_meanwhile_the_over_aid_check_counts_it_once()
    {
        AidEntry[] both = [Gov("g", 5_000m), Charity("1", 5_000m, Day.AddDays(-3), "JN", Emergency)];

        var pairs = Match(both);

        Assert.Equal((PairVerdict.Suspect, 60), (Assert.Single(pairs).Verdict, pairs[0].Score));
        Assert.Equal(10_000m, Sums(both).Total);
        Assert.Equal(5_000m, AidSums.Of(AidLedger.Fold(both), pairs, suspectsToo: true).Total);
        Assert.Equal(5_000m, OverAid.Given(Need(8_000m, "JN"), AidLedger.Fold(both), pairs).Sum);
    }

    [Fact]
    public void Scenario_14_a_fee_makes_it_a_suspicion()
    {
        var pair = Assert.Single(Match(Gov("g", 5_000m, reference: "B-1"), Charity("1", 4_998m, Day, "JN", Emergency, "B-1")));

        Assert.Equal((PairVerdict.Suspect, 60), (pair.Verdict, pair.Score));
    }

    [Fact]
    public void Scenario_14_days_further_apart_and_no_reference_is_two_payments() =>
        Assert.Empty(Match(Gov("g", 5_000m), Charity("1", 5_000m, Day.AddDays(4), "JN", Emergency)));

    [Fact]
    public void Scenario_14_what_a_person_said_goes_before_the_score()
    {
        AidEntry[] both = [Gov("g", 5_000m, reference: "B-1"), Charity("1", 5_000m, Day, "JN", Emergency, "B-1")];
        var ledger = AidLedger.Fold(both);

        Assert.Empty(SamePayment.Match(ledger.Positions, Pack.DuplicateTolerance, Pack.Aid.Payers, [new(both[0].Ref, both[1].Ref, false)]));
        Assert.Equal(PairVerdict.Link, SamePayment.Match(
            AidLedger.Fold([Gov("g", 1m), Charity("1", 2m)]).Positions, Pack.DuplicateTolerance, Pack.Aid.Payers,
            [new(new(AidSide.Government, "g"), new(AidSide.Charity, $"{One}-1"), true)]).Single().Verdict);
    }

    [Fact]
    public void Scenario_15_two_real_equal_payments_of_two_children_are_two_and_each_has_one_partner()
    {
        AidEntry[] lines =
        [
            Gov("g1", 500m, reference: "B-1", person: Zhang), Gov("g2", 500m, reference: "B-2", person: Li),
            Charity("1", 500m, reference: "B-1", person: Zhang), Charity("2", 500m, reference: "B-2", person: Li),
        ];

        Assert.Equal(["g1 1", "g2 2"], Match(lines).Select(pair => $"{pair.Government.Id} {pair.Charity.Id[^1]}"));
        Assert.Equal(1_000m, Sums(lines).Total);
    }

    [Fact]
    public void Scenario_15_two_equal_payments_to_one_person_on_both_sides_are_two_links_and_not_four()
    {
        AidEntry[] lines =
        [
            Gov("g1", 500m, reference: "B-1"), Gov("g2", 500m, reference: "B-1"),
            Charity("1", 500m, reference: "B-1"), Charity("2", 500m, reference: "B-1"),
        ];

        Assert.Equal(2, Match(lines).Count);
        Assert.Equal(1_000m, Sums(lines).Total);
    }

    [Fact]
    public void Scenario_15_equal_payments_within_one_book_are_never_one() =>
        Assert.Equal(1_000m, Sums(Charity("1", 500m, person: Zhang), Charity("2", 500m, person: Li)).Total);

    [Fact]
    public void A_link_is_worth_more_than_any_suspicions()
    {
        // By the sum of scores two suspicions would win: 60 + 60 against 100 + 0.
        var pairs = Match(
            Gov("g1", 500m, reference: "B-1"), Gov("g2", 500m, Day.AddDays(3)),
            Charity("1", 500m, Day, "JN", Emergency, "B-1"), Charity("2", 500m, Day.AddDays(-3), "JN", Emergency));

        Assert.Contains(pairs, pair => pair is { Verdict: PairVerdict.Link, Government.Id: "g1" } && pair.Charity.Id.EndsWith("-1", StringComparison.Ordinal));
    }

    [Fact]
    public void Scenario_11_sums_merge_once_and_are_exactly_as_before_after_an_unmerge()
    {
        AidEntry[] apart =
        [
            Gov("g1", 5_000m, reference: "B-1", person: Zhang), Charity("1", 5_000m, reference: "B-1", person: Li) with { Household = "H2" },
            Gov("g2", 300m, person: Li) with { Household = "H2" },
        ];
        AidEntry[] merged = [.. apart.Select(line => line with { Person = Zhang })];

        Assert.Equal(10_300m, Sums(apart).Total);
        Assert.Equal(5_300m, Sums(merged).Total);
        Assert.Equal(Sums(apart), Sums([.. merged.Select((line, i) => line with { Person = apart[i].Person })]));
    }

    [Fact]
    public void Matching_is_one_to_one_whatever_order_the_books_are_read_in() =>
        Lines().Sample(lines =>
        {
            var pairs = Match(lines);
            var reversed = Match([.. lines.Reverse()]);
            return pairs.Select(pair => pair.Government).Distinct().Count() == pairs.Count
                && pairs.Select(pair => pair.Charity).Distinct().Count() == pairs.Count
                && pairs.Select(pair => (pair.Government, pair.Charity, pair.Score)).SequenceEqual(
                    reversed.Select(pair => (pair.Government, pair.Charity, pair.Score)));
        });

    [Fact]
    public void The_assignment_is_the_best_there_is() =>
        Gen.Int[0, 9].Array2D[Gen.Int[1, 5], Gen.Int[1, 5]].Sample(worth =>
        {
            var asLong = new long[worth.GetLength(0), worth.GetLength(1)];
            for (var i = 0; i < worth.GetLength(0); i++)
                for (var j = 0; j < worth.GetLength(1); j++)
                    asLong[i, j] = worth[i, j];
            return Assignment.Best(asLong).Sum(pair => asLong[pair.Row, pair.Column]) == BestByTrying(asLong, 0, 0);
        });

    private static long BestByTrying(long[,] worth, int row, int taken)
    {
        if (row == worth.GetLength(0))
            return 0;
        var best = BestByTrying(worth, row + 1, taken);
        for (var column = 0; column < worth.GetLength(1); column++)
        {
            if ((taken & (1 << column)) == 0)
                best = Math.Max(best, worth[row, column] + BestByTrying(worth, row + 1, taken | (1 << column)));
        }

        return best;
    }

    private static Gen<AidEntry[]> Lines() =>
        (from id in Gen.Int[0, 7]
         from isGov in Gen.Bool
         from day in Gen.Int[0, 4]
         from reference in Gen.Int[0, 3]
         from amount in Gen.Int[1, 2]
         from isLi in Gen.Bool
         let person = isLi ? Li : Zhang
         let text = reference == 0 ? null : $"B-{reference}"
         select isGov
             ? Gov($"{id}", amount * 100m, Day.AddDays(day), reference: text, person: person)
             : Charity($"{id}", amount * 100m, Day.AddDays(day), "JN", Emergency, text, person))
        .Array[0, 14].Select(lines => lines.DistinctBy(line => line.Ref).ToArray());
}
