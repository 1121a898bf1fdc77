using IntegrationHub.Database;
using IntegrationHub.Protection;

namespace IntegrationHub.Identity.Linkage;

/// <summary>
/// Turns what a run found into aliases and reviews, with regard to what people have decided before: a rejected pair
/// stays apart, a merged one is one person. Links of earlier runs are weighed again, so that the order in which records
/// came does not matter: what has become doubtful is taken back and asked.
/// </summary>
internal sealed class LinkageSettlement
{
    private const double StandingLink = 10_000;
    private const string Doubt = "Certain no more: the records changed, or a second whole number fits.";

    private readonly Keyring _keyring;
    private readonly Findings _found;
    private readonly string _ruleVersion;
    private readonly IReadOnlyCollection<Alias> _aliases;
    private readonly Dictionary<Guid, PersonKeys> _merged;
    private readonly Dictionary<Guid, Review> _reviews;
    private readonly HashSet<Guid> _whole;

    private LinkageSettlement(
        Keyring keyring, Findings found, string ruleVersion, IReadOnlyCollection<Alias> aliases, Dictionary<Guid, Review> reviews,
        HashSet<Guid> whole)
    {
        (_keyring, _found, _ruleVersion, _aliases, _reviews) = (keyring, found, ruleVersion, aliases, reviews);
        // Names are joined by people only, so whole keys tell all that people have merged.
        _merged = PersonKeys.Of(
            aliases.SelectMany(alias => new[] { alias.AliasKey, alias.IntoKey })
                .Concat(found.Edges.SelectMany(finding => new[] { finding.Edge.One, finding.Edge.Other })),
            [.. aliases.Where(alias => !alias.Automatic).Select(alias => alias with { NameIndex = null })]);
        _whole = [.. whole.Concat(found.WholeNumbers).Select(MergedKey)];
    }

    public static async Task<LinkageSettlement> Load(
        HubTransaction work, Keyring keyring, Findings found, string ruleVersion, CancellationToken cancellationToken)
    {
        var keys = found.Edges.SelectMany(finding => new[] { finding.Edge.One, finding.Edge.Other }).ToHashSet();
        var aliases = await AliasStore.Around(work, keys.Concat(found.Broken), ever: false, cancellationToken);
        keys.UnionWith(aliases.SelectMany(alias => new[] { alias.AliasKey, alias.IntoKey }));
        var whole = await LinkageStore.Whole(work, keys, cancellationToken);
        var ids = found.Edges.Select(finding => ReviewId(keyring, finding.Edge)).ToHashSet();
        return new LinkageSettlement(
            keyring, found, ruleVersion, aliases, await ReviewStore.Find(work, ids, cancellationToken), whole);
    }

    public async Task<(int Links, int Undone, int Reviews, int Deferred)> Settle(
        HubTransaction work, int room, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var automatic = _aliases.Where(alias => alias.Automatic).ToLookup(alias => _found.Broken.Contains(alias.AliasKey));
        var standing = automatic[false].ToList();
        var open = _found.Edges.Where(IsOpenQuestion).ToList();
        var byKeys = open.ToLookup(finding => Keys(finding.Edge));
        var plan = LinkagePlan.Of(
            [.. open.Select(finding => Merged(finding.Edge)).Concat(standing.Select(EdgeOf)).Where(edge => edge.One != edge.Other)
                .GroupBy(edge => (edge.One, edge.Other)).Select(same => same.MaxBy(edge => edge.Score)!)],
            _whole, room - await WaitingElsewhere(work, cancellationToken));

        var kept = plan.Links.Select(edge => (edge.One, edge.Other)).ToHashSet();
        var undone = standing.Where(alias => EdgeOf(alias) is var edge && edge.One != edge.Other && !kept.Contains((edge.One, edge.Other))).ToList();
        undone.AddRange(automatic[true]);
        foreach (var alias in undone)
            await AliasStore.Undo(work, alias.AliasKey, IdentityLinkage.Actor, Doubt, now, cancellationToken);

        var rows = AliasesOf([.. plan.Links.Where(edge => edge.Score < StandingLink)], [.. standing.Except(undone)], byKeys);
        var links = rows.Count == 0 ? [] : await AliasStore.Add(work, rows, now, cancellationToken);
        _found.Linked.AddRange(links);
        var reviews = plan.Reviews.SelectMany(edge => byKeys[(edge.One, edge.Other)].Take(1)).Select(ReviewOf).ToList();
        return (links.Count, undone.Count, await ReviewStore.Add(work, reviews, now, cancellationToken), plan.Deferred);
    }

    private async Task<int> WaitingElsewhere(HubTransaction work, CancellationToken cancellationToken) =>
        await ReviewStore.Waiting(work, cancellationToken)
        - _reviews.Values.Count(review => review.State is Review.Open or Review.Proposed);

    // A pair that a person has answered is asked again only when what was compared has changed.
    private bool IsOpenQuestion(Finding finding) =>
        !_reviews.TryGetValue(ReviewId(_keyring, finding.Edge), out var review)
        || review.Fingerprint != finding.Fingerprint
        || review.State is not (Review.Rejected or Review.Merged);

    private (Guid One, Guid Other) Keys(LinkageEdge edge)
    {
        var merged = Merged(edge);
        return (merged.One, merged.Other);
    }

    // A question that waits already stays in the queue, however full that is.
    private LinkageEdge Merged(LinkageEdge edge)
    {
        var (one, other) = (MergedKey(edge.One), MergedKey(edge.Other));
        var isAsked = _reviews.TryGetValue(ReviewId(_keyring, edge), out var review)
            && review.State is Review.Open or Review.Proposed;
        return edge with
        {
            One = one.CompareTo(other) < 0 ? one : other,
            Other = one.CompareTo(other) < 0 ? other : one,
            ByRule = edge.ByRule || isAsked,
        };
    }

    private Guid MergedKey(Guid key) => _merged.TryGetValue(key, out var person) ? person.PersonKey : key;

    private LinkageEdge EdgeOf(Alias alias) => Merged(new LinkageEdge
    {
        One = alias.AliasKey,
        Other = alias.IntoKey,
        Verdict = LinkageVerdict.Certain,
        Kind = ReviewKind.MissingId,
        Score = StandingLink,
        Comparison = default,
    });

    // Every key of a group gets one alias, into the group's whole number or else its least key that is free.
    private List<AliasRow> AliasesOf(
        List<LinkageEdge> links, List<Alias> standing, ILookup<(Guid One, Guid Other), Finding> byKeys)
    {
        var groups = new Groups();
        foreach (var edge in links.Concat(standing.Select(EdgeOf)))
            groups.Join(edge.One, edge.Other);
        var taken = standing.Select(alias => MergedKey(alias.AliasKey)).ToHashSet();
        var rows = new List<AliasRow>();
        foreach (var group in links.SelectMany(edge => new[] { edge.One, edge.Other }).Distinct().GroupBy(groups.Of))
        {
            var members = group.Concat(taken.Where(key => groups.Of(key) == group.Key))
                .Concat(standing.Select(alias => MergedKey(alias.IntoKey)).Where(key => groups.Of(key) == group.Key))
                .Distinct().Order().ToList();
            var root = members.Find(_whole.Contains) is var whole && whole != Guid.Empty ? whole : members.First(key => !taken.Contains(key));
            rows.AddRange(members.Where(key => key != root && !taken.Contains(key))
                .Select(key => AliasOf(key, root, links.First(edge => edge.One == key || edge.Other == key), byKeys)));
        }

        return rows;
    }

    private AliasRow AliasOf(
        Guid key, Guid into, LinkageEdge edge, ILookup<(Guid One, Guid Other), Finding> byKeys)
    {
        var finding = byKeys[(edge.One, edge.Other)].First();
        return new AliasRow
        {
            Alias = new Alias(key, key, null, into, Automatic: true),
            Reason = finding.Edge.Kind == ReviewKind.DerivedId ? AliasReason.FromFifteenDigits : AliasReason.Merged,
            ReviewId = ReviewId(_keyring, finding.Edge),
            Score = edge.Score,
            Explanation = finding.Edge.Comparison.Codes(),
            RuleVersion = _ruleVersion,
            ProposedBy = IdentityLinkage.Actor,
            ApprovedBy = IdentityLinkage.Actor,
        };
    }

    private Review ReviewOf(Finding finding) => new()
    {
        ReviewId = ReviewId(_keyring, finding.Edge),
        Kind = finding.Edge.Kind,
        One = finding.One,
        Other = finding.Other,
        Score = finding.Edge.Score,
        Explanation = finding.Edge.Comparison.Codes(),
        RuleVersion = _ruleVersion,
        State = Review.Open,
        OpenedAt = default,
        Fingerprint = finding.Fingerprint,
    };

    private static Guid ReviewId(Keyring keyring, LinkageEdge edge) => keyring.Index("review", $"{edge.One:N}|{edge.Other:N}");
}
