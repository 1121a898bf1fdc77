using IntegrationHub.Database;

namespace IntegrationHub.Identity.Linkage;

/// <summary>The pairs that some block brings together, each once, in one order.</summary>
internal sealed class LinkageCandidates
{
    private readonly HashSet<(Face One, Face Other)> _pairs = [];

    /// <summary>Blocks too large to be compared pair by pair.</summary>
    public int BlocksOver { get; private set; }

    public static async Task<LinkageCandidates> Find(
        HubTransaction work, int reach, int cap, IReadOnlySet<Guid> contested, CancellationToken cancellationToken)
    {
        var found = new LinkageCandidates();
        foreach (var (sql, onlyUnsettled) in LinkageStore.Blocks)
        {
            foreach (var block in await LinkageStore.Find(work, sql, reach, cap, cancellationToken))
                found.Add(block, onlyUnsettled, contested);
        }

        return found;
    }

    public void Add(Face one, Face other) =>
        _pairs.Add(one.PersonKey.CompareTo(other.PersonKey) < 0 ? (one, other) : (other, one));

    public List<(Face One, Face Other)> InOrder() =>
    [
        .. _pairs.OrderBy(pair => pair.One.PersonKey).ThenBy(pair => pair.Other.PersonKey)
            .ThenBy(pair => pair.One.NameIndex).ThenBy(pair => pair.Other.NameIndex),
    ];

    private void Add(Block block, bool onlyUnsettled, IReadOnlySet<Guid> contested)
    {
        if (block is not { Faces: { } faces, Changed: { } changed, Unsettled: { } unsettled })
        {
            BlocksOver++;
            return;
        }

        for (var i = 0; i < faces.Length; i++)
        {
            for (var j = i + 1; j < faces.Length; j++)
            {
                if (faces[i].PersonKey != faces[j].PersonKey
                    && (changed[i] || changed[j])
                    && (!onlyUnsettled || IsUnsettled(i) || IsUnsettled(j)))
                    Add(faces[i], faces[j]);
            }
        }

        bool IsUnsettled(int at) => unsettled[at] || contested.Contains(faces[at].PersonKey);
    }
}
