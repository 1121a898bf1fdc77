namespace IntegrationHub.Identity.Linkage;

/// <summary>What a run of the linkage does: links by itself, asks a person, and leaves for later what the queue cannot hold.</summary>
internal sealed record LinkagePlan(
    IReadOnlyList<LinkageEdge> Links, IReadOnlyList<LinkageEdge> Reviews, int Deferred)
{
    /// <summary>
    /// Pure, and indifferent to the order of its arguments. A group that certain links would join to two whole numbers
    /// is not joined at all; and of the pairs within one group a person sees only as many as connect it, the likeliest.
    /// </summary>
    /// <param name="edges">The pairs that are certain or to be reviewed.</param>
    /// <param name="hasWholeNumber">Keys whose id number is whole: two of them are never one person without a human.</param>
    /// <param name="room">How many more pairs the review queue holds; what a rule asks for is shown even in a full one.</param>
    public static LinkagePlan Of(IEnumerable<LinkageEdge> edges, IReadOnlySet<Guid> hasWholeNumber, int room)
    {
        var inOrder = edges
            .Where(edge => edge.Verdict != LinkageVerdict.None)
            .OrderByDescending(edge => edge.ByRule)
            .ThenByDescending(edge => edge.Score)
            .ThenBy(edge => edge.One)
            .ThenBy(edge => edge.Other)
            .ToList();
        var certain = Doubtless([.. inOrder.Where(edge => edge.Verdict == LinkageVerdict.Certain)], hasWholeNumber);

        var connected = new Groups();
        var links = inOrder.Where(edge => certain.Contains((edge.One, edge.Other)) && connected.Join(edge.One, edge.Other)).ToList();
        var reviews = new List<LinkageEdge>();
        var deferred = 0;
        foreach (var edge in inOrder.Where(edge => !certain.Contains((edge.One, edge.Other))))
        {
            if (!connected.Join(edge.One, edge.Other))
                continue;
            if (room-- > 0 || edge.ByRule)
                reviews.Add(edge with { Verdict = LinkageVerdict.Review });
            else
                deferred++;
        }

        return new LinkagePlan(links, reviews, deferred);
    }

    private static HashSet<(Guid One, Guid Other)> Doubtless(List<LinkageEdge> certain, IReadOnlySet<Guid> hasWholeNumber)
    {
        var groups = new Groups();
        foreach (var edge in certain)
            groups.Join(edge.One, edge.Other);
        var doubtful = certain.SelectMany(edge => new[] { edge.One, edge.Other }).Distinct()
            .Where(hasWholeNumber.Contains)
            .CountBy(groups.Of)
            .Where(group => group.Value > 1)
            .Select(group => group.Key)
            .ToHashSet();
        return [.. certain.Where(edge => !doubtful.Contains(groups.Of(edge.One))).Select(edge => (edge.One, edge.Other))];
    }
}
