using CsCheck;
using IntegrationHub.Contracts;
using IntegrationHub.Reconciliation;

namespace IntegrationHub.Tests.Reconciliation;

public sealed class TreeWalkTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Books_that_agree_are_told_by_their_roots_alone()
    {
        var lines = Lines(1_000);

        var found = await TreeWalk.Find(TreeOf(lines), new TreePartner(lines), Token);

        Assert.Equal((1, 0, 0), (found!.NodesRead, found.Prefixes.Count, found.Hashes.Count)); // it offers a tree
    }

    [Fact]
    public async Task A_hundred_differences_of_all_classes_in_many_lines_are_found_and_few_lines_are_moved()
    {
        var ours = Lines(60_000);
        var theirs = new Dictionary<string, decimal?>(ours);
        foreach (var (aidId, number) in ours.Keys.Order(StringComparer.Ordinal).Where((_, i) => i % 600 == 0).Select((aidId, i) => (aidId, i)))
        {
            if (number % 3 == 0)
                theirs.Remove(aidId);
            else if (number % 3 == 1)
                theirs[aidId] = (theirs[aidId] ?? 0) + 0.01m;
            else
                theirs[$"{aidId}-more"] = 5m;
        }

        var partner = new TreePartner(theirs);
        var found = await TreeWalk.Find(TreeOf(ours), partner, Token);

        var places = found!.Prefixes.Select(BookTree.RangeOf).ToList(); // it offers a tree
        var within = ours.Where(line => IsWithin(line.Key, places)).ToDictionary();
        var differing = ours.Keys.Union(theirs.Keys)
            .Where(aidId => ours.ContainsKey(aidId) != theirs.ContainsKey(aidId) || ours[aidId] != theirs[aidId]).ToHashSet();
        Assert.Equal(100, differing.Count);
        Assert.Equal(
            differing,
            within.Keys.Union(found.Hashes.Keys).Where(aidId => !within.TryGetValue(aidId, out var amount)
                || !found.Hashes.TryGetValue(aidId, out var hash) || hash != HashOf(aidId, amount)).ToHashSet());
        Assert.Equal(found.Hashes.Count, found.Totals.Count);
        Assert.True(found.Hashes.Count < ours.Count / 20, $"{found.Hashes.Count} lines of {ours.Count} were moved");
    }

    [Fact]
    public async Task An_empty_book_on_either_side_is_a_difference_like_any_other()
    {
        var lines = Lines(30);

        Assert.Equal(30, (await TreeWalk.Find(new BookTree(), new TreePartner(lines), Token))!.Hashes.Count); // it offers a tree
        Assert.Equal([""], (await TreeWalk.Find(TreeOf(Lines(20)), new TreePartner([]), Token))!.Prefixes);
        Assert.NotEmpty((await TreeWalk.Find(TreeOf(lines), new TreePartner([]), Token))!.Prefixes);
    }

    [Fact]
    public void A_place_does_not_depend_on_the_order_of_its_lines_and_is_the_sum_of_those_below() =>
        Gen.Int[0, 500].Array[0, 40].Sample(numbers =>
        {
            var lines = numbers.Distinct().ToDictionary(number => $"A-{number}", number => (decimal?)number);
            var (tree, reversed) = (TreeOf(lines), TreeOf(lines.Reverse().ToDictionary()));
            var below = BookTree.Children("").Select(tree.Node).ToList();
            return tree.Node("") == reversed.Node("")
                && tree.Node("").Count == below.Sum(node => node.Count)
                && tree.Node("").Sum == below.Sum(node => node.Sum);
        });

    private static bool IsWithin(string aidId, List<(int First, int Last)> places) =>
        BookTree.LeafOf(aidId) is var leaf && places.Any(place => place.First <= leaf && leaf <= place.Last);

    private static Dictionary<string, decimal?> Lines(int count) => Enumerable.Range(0, count)
        .ToDictionary(number => $"{Books.One}-{number}", number => number % 7 == 0 ? null : (decimal?)(number % 1000));

    private static BookTree TreeOf(Dictionary<string, decimal?> lines)
    {
        var tree = new BookTree();
        foreach (var (aidId, amount) in lines)
            tree.Add(BookTree.LeafOf(aidId), HashOf(aidId, amount), amount);
        return tree;
    }

    private static string HashOf(string aidId, decimal? amount) =>
        AidFieldHash.Of(aidId, Books.One, "CASH", amount, new DateOnly(2026, 3, 2), "PAID");

    private sealed class TreePartner(Dictionary<string, decimal?> lines) : IPartnerBook
    {
        private readonly BookTree _tree = TreeOf(lines);

        public string Source => "charity";

        public BookRole Role => BookRole.Giver;

        public Task<IReadOnlyDictionary<string, string>> AidHashes(CancellationToken cancellationToken) => throw new NotSupportedException("It has a tree.");

        public Task<BookTotals?> Totals(CancellationToken cancellationToken) => throw new NotSupportedException("It has a tree.");

        public Task<IReadOnlyList<BookNode>?> Nodes(IReadOnlyList<string> prefixes, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<BookNode>?>([.. prefixes.Select(_tree.Node).Where(node => node.Count > 0)]);

        public Task<IReadOnlyDictionary<string, string>> Lines(IReadOnlyList<string> prefixes, CancellationToken cancellationToken)
        {
            var places = prefixes.Select(BookTree.RangeOf).ToList();
            return Task.FromResult<IReadOnlyDictionary<string, string>>(
                lines.Where(line => IsWithin(line.Key, places)).ToDictionary(line => line.Key, line => HashOf(line.Key, line.Value)));
        }
    }
}
