namespace IntegrationHub.Identity.Linkage;

/// <summary>What a run has found so far: pairs worth more than a glance, and whose they are.</summary>
internal sealed class Findings
{
    private readonly Dictionary<(Guid One, Guid Other), Finding> _edges = [];

    public IReadOnlyCollection<Finding> Edges => _edges.Values;

    /// <summary>Keys that stand for a whole number though no record bears it yet.</summary>
    public HashSet<Guid> WholeNumbers { get; } = [];

    /// <summary>Numbers that two people claim.</summary>
    public HashSet<Guid> Shared { get; } = [];

    /// <summary>Keys whose link of an earlier run is certain no more.</summary>
    public HashSet<Guid> Broken { get; } = [];

    /// <summary>Keys that the run joined to others.</summary>
    public List<Guid> Linked { get; } = [];

    public void Keep(LinkageEdge edge, Profile one, Profile other, ProfileReader reader)
    {
        if (edge.Verdict == LinkageVerdict.None)
            return;
        var (first, second) = one.Key == edge.Other || other.Key == edge.One ? (other, one) : (one, other);
        _edges[(edge.One, edge.Other)] = new Finding(edge, SideOf(first, edge.One), SideOf(second, edge.Other), reader.Fingerprint(one, other));
    }

    private static ReviewSide SideOf(Profile profile, Guid key) =>
        profile.Key != key ? new ReviewSide(key, key, null)
        : key == profile.Face.PersonKey ? new ReviewSide(key, key, null)
        : new ReviewSide(key, profile.Face.PersonKey, profile.Face.NameIndex);
}

/// <summary>A pair with its sides, and the keyed hash of all that was compared.</summary>
internal sealed record Finding(LinkageEdge Edge, ReviewSide One, ReviewSide Other, Guid Fingerprint);
