namespace IntegrationHub.Reconciliation;

/// <summary>Where two books differ: the places, what the partner says hangs there, and its lines there.</summary>
/// <param name="Prefixes">Places whose lines were read; all others agree to the digest.</param>
/// <param name="Totals">What the partner states of these places together.</param>
/// <param name="Hashes">The partner's lines there, aid id to field hash.</param>
/// <param name="NodesRead">How many places were asked about.</param>
public sealed record TreeFinding(
    IReadOnlyList<string> Prefixes, BookTotals Totals, IReadOnlyDictionary<string, string> Hashes, long NodesRead);

/// <summary>
/// Goes down two trees side by side, level by level and many places at a time, and reads lines only where the digests
/// differ and few lines are left.
/// </summary>
public static class TreeWalk
{
    private const int MostInOneAsking = 64;

    // So few lines cost less to read than another level.
    private const int FewLines = 24;

    /// <summary>Null if the partner offers no tree.</summary>
    public static async Task<TreeFinding?> Find(BookTree own, IPartnerBook partner, CancellationToken cancellationToken)
    {
        if (await partner.Nodes([""], cancellationToken) is not { } roots)
            return null;
        var read = 1L;
        var differing = roots.Where(root => root != own.Node(root.Prefix)).ToList();
        // An empty book has no root to tell.
        if (roots.Count == 0 && own.Node("").Count > 0)
            differing = [new BookNode("", 0, 0, new string('0', 32))];
        var toRead = new List<BookNode>();
        while (differing.Count > 0)
        {
            toRead.AddRange(differing.Where(IsSmall));
            var next = new List<BookNode>();
            foreach (var some in differing.Where(node => !IsSmall(node)).SelectMany(node => BookTree.Children(node.Prefix)).Chunk(MostInOneAsking))
            {
                var theirs = (await partner.Nodes(some, cancellationToken) ?? []).ToDictionary(node => node.Prefix);
                read += some.Length;
                next.AddRange(some.Select(prefix => theirs.GetValueOrDefault(prefix) ?? new BookNode(prefix, 0, 0, new string('0', 32)))
                    .Where(node => node != own.Node(node.Prefix)));
            }

            differing = next;
        }

        var hashes = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var some in toRead.Select(node => node.Prefix).Chunk(MostInOneAsking))
        {
            foreach (var (aidId, hash) in await partner.Lines(some, cancellationToken))
                hashes[aidId] = hash;
        }

        return new TreeFinding(
            [.. toRead.Select(node => node.Prefix)],
            new BookTotals(toRead.Sum(node => node.Count), toRead.Sum(node => node.Sum)), hashes, read);

        bool IsSmall(BookNode node) => node.Prefix.Length == BookTree.Depth
            || Math.Max(node.Count, own.Node(node.Prefix).Count) <= FewLines;
    }
}
