using CsCheck;
using IntegrationHub.Identity.Linkage;

namespace IntegrationHub.Tests.Identity;

public sealed class LinkagePlanTests
{
    [Fact]
    public void A_group_with_two_whole_numbers_is_not_joined_but_shown()
    {
        var plan = LinkagePlan.Of([Certain(1, 2), Certain(2, 3)], new HashSet<Guid> { Key(1), Key(3) }, 10);

        Assert.Empty(plan.Links);
        Assert.Equal(2, plan.Reviews.Count);
    }

    [Fact]
    public void A_group_with_one_whole_number_is_joined() =>
        Assert.Equal(2, LinkagePlan.Of([Certain(1, 2), Certain(2, 3)], new HashSet<Guid> { Key(1) }, 10).Links.Count);

    [Fact]
    public void What_other_pairs_join_already_is_not_asked_again()
    {
        var plan = LinkagePlan.Of([Certain(1, 2), Maybe(1, 3, 9), Maybe(2, 3, 8)], new HashSet<Guid>(), 10);

        Assert.Equal((Key(1), Key(3)), (Assert.Single(plan.Reviews).One, plan.Reviews[0].Other));
    }

    [Fact]
    public void A_full_queue_takes_the_likeliest_and_all_that_a_rule_asks_for()
    {
        var plan = LinkagePlan.Of(
            [Maybe(1, 2, 5), Maybe(3, 4, 9), Maybe(5, 6, 1) with { ByRule = true }], new HashSet<Guid>(), 2);

        Assert.Equal([Key(5), Key(3)], plan.Reviews.Select(review => review.One));
        Assert.Equal(1, plan.Deferred);
        Assert.Single(LinkagePlan.Of([Maybe(5, 6, 1) with { ByRule = true }], new HashSet<Guid>(), 0).Reviews);
    }

    [Fact]
    public void The_order_of_pairs_changes_nothing() =>
        Gen.Select(Gen.Int[1, 8], Gen.Int[1, 8], Gen.Int[0, 3], Gen.Bool).Array[0, 20].Select(Gen.Int).Sample((rows, shuffle) =>
        {
            var edges = rows.Where(row => row.Item1 < row.Item2)
                .DistinctBy(row => (row.Item1, row.Item2))
                .Select(row => row.Item4 ? Certain(row.Item1, row.Item2) : Maybe(row.Item1, row.Item2, row.Item3))
                .ToList();
            HashSet<Guid> whole = [Key(1), Key(4), Key(7)];
            var straight = LinkagePlan.Of(edges, whole, 3);
            var other = LinkagePlan.Of(edges.OrderBy(edge => (edge.One, edge.Other).GetHashCode() ^ shuffle), whole, 3);
            return straight.Links.SequenceEqual(other.Links)
                && straight.Reviews.SequenceEqual(other.Reviews)
                && straight.Deferred == other.Deferred;
        });

    [Fact]
    public void No_chain_of_links_ever_joins_two_whole_numbers() =>
        Gen.Select(Gen.Int[1, 10], Gen.Int[1, 10]).Array[0, 30].Sample(rows =>
        {
            HashSet<Guid> whole = [Key(1), Key(4), Key(7)];
            var links = LinkagePlan.Of(
                rows.Where(row => row.Item1 < row.Item2).Distinct().Select(row => Certain(row.Item1, row.Item2)), whole, 100).Links;
            return whole.All(start =>
            {
                HashSet<Guid> reached = [start];
                while (links.FirstOrDefault(link => reached.Contains(link.One) != reached.Contains(link.Other)) is { } link)
                    reached.UnionWith([link.One, link.Other]);
                return reached.Count(whole.Contains) == 1;
            });
        });

    private static LinkageEdge Certain(int one, int other) => Maybe(one, other, 30) with { Verdict = LinkageVerdict.Certain };

    private static LinkageEdge Maybe(int one, int other, double score) => new()
    {
        One = Key(one),
        Other = Key(other),
        Verdict = LinkageVerdict.Review,
        Kind = ReviewKind.MissingId,
        Score = score,
        Comparison = default,
    };

    private static Guid Key(int number) => new(number, 0, 0, new byte[8]);
}
