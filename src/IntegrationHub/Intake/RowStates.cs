using System.Runtime.InteropServices;

namespace IntegrationHub.Intake;

/// <summary>How a row stands against the last snapshot of its stream.</summary>
internal enum RowChange
{
    Unchanged,
    New,
    Changed,

    /// <summary>This file brought it already, before a crash; it is landed.</summary>
    AlreadyLanded,

    /// <summary>The file has this key twice.</summary>
    Duplicate,
}

/// <summary>What is remembered of a row: its key, its hash, and in how many snapshots in a row it was missing.</summary>
internal readonly record struct RowEntry(UInt128 Key, UInt128 Hash, int Missing)
{
    /// <summary>The row was missing often enough to be forgotten.</summary>
    public const int Gone = byte.MaxValue;
}

/// <summary>
/// What every row of one stream looked like, in memory for the length of one file: an open-addressing table of 34 bytes
/// an entry, so that five million rows take about 220 MB. The database keeps the truth.
/// </summary>
internal sealed class RowStates
{
    [Flags]
    private enum Mark : byte
    {
        None = 0,
        Used = 1,
        Seen = 2,
        OfThisFile = 4,
    }

    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    private struct Entry
    {
        public UInt128 Key;
        public UInt128 Hash;
        public byte Missing;
        public Mark Mark;
    }

    private Entry[] _entries;
    private int _count;

    public RowStates(long expected) => _entries = new Entry[SizeFor(expected)];

    /// <summary>Rows remembered, those that are gone included until the next compaction.</summary>
    public int Count => _count;

    /// <summary>Remembers a row as it was last written down; a later word replaces an earlier one.</summary>
    public void Add(in RowEntry known, bool ofThisFile)
    {
        ref var entry = ref FindOrAdd(known.Key);
        entry.Hash = known.Hash;
        entry.Missing = (byte)known.Missing;
        entry.Mark = Mark.Used | (ofThisFile ? Mark.OfThisFile : Mark.None);
    }

    /// <summary>Compares a row with what is known and remembers that it was seen.</summary>
    public RowChange See(UInt128 key, UInt128 hash, out bool wasMissing)
    {
        ref var entry = ref FindOrAdd(key);
        if ((entry.Mark & Mark.Seen) != 0)
        {
            wasMissing = false;
            return RowChange.Duplicate;
        }

        var change = entry.Mark == Mark.None || entry.Missing == RowEntry.Gone ? RowChange.New
            : entry.Hash != hash ? RowChange.Changed
            : (entry.Mark & Mark.OfThisFile) != 0 ? RowChange.AlreadyLanded
            : RowChange.Unchanged;
        wasMissing = entry.Missing is > 0 and < RowEntry.Gone;
        entry.Hash = hash;
        entry.Missing = 0;
        entry.Mark |= Mark.Used | Mark.Seen;
        return change;
    }

    /// <summary>Rows the file did not have, as they were remembered.</summary>
    public IEnumerable<RowEntry> Unseen() =>
        from entry in _entries
        where (entry.Mark & Mark.Used) != 0 && (entry.Mark & Mark.Seen) == 0 && entry.Missing != RowEntry.Gone
        select new RowEntry(entry.Key, entry.Hash, entry.Missing);

    /// <summary>Everything remembered that is not gone.</summary>
    public IEnumerable<RowEntry> All() =>
        from entry in _entries
        where entry.Mark != Mark.None && entry.Missing != RowEntry.Gone
        select new RowEntry(entry.Key, entry.Hash, entry.Missing);

    private ref Entry FindOrAdd(UInt128 key)
    {
        ref var entry = ref Find(key);
        if (entry.Mark != Mark.None)
            return ref entry;
        if (_count * 5L >= _entries.Length * 4L)
        {
            Grow();
            entry = ref Find(key);
        }

        entry.Key = key;
        _count++;
        return ref entry;
    }

    private ref Entry Find(UInt128 key)
    {
        var at = (int)((ulong)key % (ulong)_entries.Length);
        while (_entries[at].Mark != Mark.None && _entries[at].Key != key)
            at = at + 1 == _entries.Length ? 0 : at + 1;
        return ref _entries[at];
    }

    private void Grow()
    {
        var old = _entries;
        _entries = new Entry[SizeFor(old.Length)];
        foreach (var entry in old)
        {
            if (entry.Mark != Mark.None)
                Find(entry.Key) = entry;
        }
    }

    private static int SizeFor(long expected) => (int)Math.Min((long)(Math.Max(expected, 1_000) * 1.3) + 7, Array.MaxLength);
}
