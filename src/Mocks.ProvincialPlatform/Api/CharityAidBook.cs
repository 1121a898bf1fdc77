namespace Mocks.ProvincialPlatform.Api;

/// <summary>All charity aid reported so far: the latest version of each record, and the keys already used.</summary>
internal sealed class CharityAidBook
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, CharityAid> _records = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _keys = new(StringComparer.Ordinal);

    /// <summary>Null when recorded (or recorded before); else what is wrong. A correction may replace the same version.</summary>
    public string? Record(string key, string bodyDigest, CharityAid aid, bool isCorrection)
    {
        lock (_lock)
        {
            if (_keys.TryGetValue(key, out var known))
                return known == bodyDigest ? null : "幂等键已用于其他内容";
            if (_records.TryGetValue(aid.AidId, out var stored) && stored.Version == aid.Version && stored != aid && !isCorrection)
                return "同一版本内容不一致";
            _keys.Add(key, bodyDigest);
            if (stored is null || stored.Version < aid.Version || isCorrection)
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

    /// <summary>Plants a fault: the record is lost, or has another amount. False if there is none.</summary>
    public bool Tamper(string aidId, decimal? amount, bool isLost)
    {
        lock (_lock)
        {
            if (!_records.TryGetValue(aidId, out var known))
                return false;
            if (isLost)
                _records.Remove(aidId);
            else
                _records[aidId] = known with { Amount = amount };
            return true;
        }
    }
}
