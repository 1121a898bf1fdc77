namespace IntegrationHub.Identity.Linkage;

/// <summary>Disjoint sets of keys; a set is named by the least of its keys, whatever the order it grew in.</summary>
internal sealed class Groups
{
    private readonly Dictionary<Guid, Guid> _parents = [];

    public Guid Of(Guid key)
    {
        while (_parents.TryGetValue(key, out var parent))
        {
            if (_parents.TryGetValue(parent, out var grandparent))
                _parents[key] = grandparent;
            key = parent;
        }

        return key;
    }

    /// <summary>False if they were together before.</summary>
    public bool Join(Guid one, Guid other)
    {
        var (a, b) = (Of(one), Of(other));
        if (a == b)
            return false;
        _parents[a.CompareTo(b) < 0 ? b : a] = a.CompareTo(b) < 0 ? a : b;
        return true;
    }
}
