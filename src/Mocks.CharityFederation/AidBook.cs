namespace Mocks.CharityFederation;

/// <summary>The federation's book of aid: one sequence for all organisations, each record entered once.</summary>
internal sealed class AidBook
{
    private readonly Lock _gate = new();
    private readonly List<AidRecord> _entries = [];
    private readonly SortedDictionary<string, AidRecord> _byId = new(StringComparer.Ordinal);
    private readonly HashSet<string> _lost = new(StringComparer.Ordinal);
    private readonly HashSet<string> _posted = new(StringComparer.Ordinal);

    public (int Records, int Posted) Counts
    {
        get { lock (_gate) return (_entries.Count, _posted.Count); }
    }

    /// <summary>Enters the record; one already there under the same id stands and is returned instead.</summary>
    public AidRecord Enter(AidRecord record)
    {
        lock (_gate)
        {
            if (_byId.TryGetValue(record.AidId, out var known))
                return known;
            _byId.Add(record.AidId, record);
            _entries.Add(record);
            return record;
        }
    }

    public void MarkPosted(AidRecord record)
    {
        lock (_gate)
            _posted.Add(record.AidId);
    }

    /// <summary>The entries after a position, or null if the book never got that far.</summary>
    public (IReadOnlyList<AidRecord> Items, int Position, bool IsEnd)? Since(int position, int limit)
    {
        lock (_gate)
        {
            if (position < 0 || position > _entries.Count)
                return null;
            var items = _entries.GetRange(position, Math.Min(limit, _entries.Count - position));
            var reached = position + items.Count;
            items.RemoveAll(record => _lost.Contains(record.AidId));
            return (items, reached, reached == _entries.Count);
        }
    }

    public AidDigest Digest(string? cursor, int limit)
    {
        lock (_gate)
        {
            var found = _byId.Values
                .Where(record => string.CompareOrdinal(record.AidId, cursor) > 0)
                .Take(limit + 1)
                .ToList();
            var items = found.Take(limit).Select(record => new AidDigest.Item(record.AidId, record.Digest)).ToList();
            return new AidDigest(
                _byId.Count,
                _byId.Values.Sum(record => record.Amount ?? 0m),
                items,
                found.Count > limit ? items[^1].AidId : null);
        }
    }

    /// <summary>What hangs under each prefix of SHA-256 of the aid id; prefixes without records are left out.</summary>
    public List<AidNode> Tree(string[] prefixes)
    {
        lock (_gate)
        {
            return
            [
                .. from prefix in prefixes.Distinct()
                   let under = _byId.Values.Where(record => record.Place.StartsWith(prefix, StringComparison.Ordinal)).ToList()
                   where under.Count > 0
                   select AidNode.Of(prefix, under),
            ];
        }
    }

    public List<AidDigest.Item> Lines(string[] prefixes)
    {
        lock (_gate)
        {
            return
            [
                .. _byId.Values.Where(record => prefixes.Any(prefix => record.Place.StartsWith(prefix, StringComparison.Ordinal)))
                    .Select(record => new AidDigest.Item(record.AidId, record.Digest)),
            ];
        }
    }

    /// <summary>Plants a fault: the record is lost, or stands otherwise, and no one is told. False if there is none.</summary>
    public bool Tamper(string aidId, Func<AidRecord, AidRecord?> change)
    {
        lock (_gate)
        {
            if (!_byId.TryGetValue(aidId, out var known))
                return false;
            var at = _entries.IndexOf(known);
            if (change(known) is { } changed)
            {
                _byId[aidId] = changed;
                _entries[at] = changed;
            }
            else
            {
                // The list keeps its positions: a reader's cursor counts them.
                _byId.Remove(aidId);
                _lost.Add(aidId);
            }

            return true;
        }
    }
}
