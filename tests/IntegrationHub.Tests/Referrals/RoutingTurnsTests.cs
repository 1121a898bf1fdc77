using IntegrationHub.Referrals;

namespace IntegrationHub.Tests.Referrals;

public sealed class RoutingTurnsTests
{
    private static readonly string[] Normal = [.. Enumerable.Range(1, 500).Select(number => $"n{number}")];

    [Fact]
    public void R05_one_urgent_need_after_five_hundred_others_is_first() =>
        Assert.Equal(["u1", "n1", "n2"], RoutingTurns.Take(["u1"], Normal, 8, 501).Take(3));

    [Fact]
    public void R05_however_many_are_urgent_two_of_ten_are_others_and_nobody_is_left_out()
    {
        string[] urgent = [.. Enumerable.Range(1, 10_000).Select(number => $"u{number}")];

        var taken = RoutingTurns.Take(urgent, Normal, 8, 2_500);

        Assert.Equal(500, taken.Count(need => need[0] == 'n'));
        Assert.All(taken.Chunk(10), ten => Assert.Equal(2, ten.Count(need => need[0] == 'n')));
        Assert.Equal("u1", taken[0]);
    }

    [Fact]
    public void R05_where_one_line_is_empty_the_other_goes_on_in_order()
    {
        Assert.Equal(Normal, RoutingTurns.Take([], Normal, 8, 1_000));
        Assert.Equal(Normal, RoutingTurns.Take(Normal, [], 8, 1_000));
        Assert.Equal(7, RoutingTurns.Take(Normal, Normal, 8, 7).Count);
    }
}
