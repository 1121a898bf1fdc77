namespace IntegrationHub.Aid;

/// <summary>Groups of numbers that grow together: what is joined to one of a group is in it with all others.</summary>
internal sealed class DisjointGroups(int count)
{
    private readonly int[] _parent = [.. Enumerable.Range(0, count)];

    /// <summary>The least number of the group.</summary>
    public int Of(int number)
    {
        while (_parent[number] != number)
            number = _parent[number] = _parent[_parent[number]];
        return number;
    }

    public void Join(int one, int other)
    {
        var (left, right) = (Of(one), Of(other));
        _parent[Math.Max(left, right)] = Math.Min(left, right);
    }
}
