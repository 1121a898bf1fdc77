namespace Mocks.ProvincialPlatform.Api;

/// <summary>All charity aid reported so far: the latest version of each record, and the keys already used.</summary>
internal sealed class CharityAidBook
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, CharityAid> _records = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _keys = new(StringComparer.Ordinal);

    /// <summary>Null when recorded (or recorded before); else what is wrong.</summary>
    public string? Record(string key, string bodyDigest, CharityAid aid)
    {
        lock (_lock)
        {
            if (_keys.TryGetValue(key, out var known))
                return known == bodyDigest ? null : "幂等键已用于其他内容";
            if (_records.TryGetValue(aid.AidId, out var stored) && stored.Version == aid.Version && stored != aid)
                return "同一版本内容不一致";
            _keys.Add(key, bodyDigest);
            if (stored is null || stored.Version < aid.Version)
                _records[aid.AidId] = aid;
            return null;
        }
    }

    /// <summary>All records by id.</summary>
    public CharityAid[] All()
    {
        lock (_lock)
            return [.. _records.Values];
    }
}
