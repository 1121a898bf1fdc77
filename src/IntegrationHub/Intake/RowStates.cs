using System.Runtime.InteropServices;
using IntegrationHub.Database;
using NpgsqlTypes;

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

    public int Count => _count;

    public void Add(UInt128 key, UInt128 hash, bool ofThisFile, short missing)
    {
        ref var entry = ref Find(key);
        entry = new Entry
        {
            Key = key,
            Hash = hash,
            Missing = (byte)missing,
            Mark = Mark.Used | (ofThisFile ? Mark.OfThisFile : Mark.None),
        };
        _count++;
    }

    /// <summary>Compares a row with what is known and remembers that it was seen.</summary>
    public RowChange See(UInt128 key, UInt128 hash, out bool wasMissing)
    {
        wasMissing = false;
        ref var entry = ref Find(key);
        if (entry.Mark == Mark.None)
        {
            if (_count * 5L >= _entries.Length * 4L)
            {
                Grow();
                entry = ref Find(key);
            }

            entry = new Entry { Key = key, Hash = hash, Mark = Mark.Used | Mark.Seen };
            _count++;
            return RowChange.New;
        }

        if ((entry.Mark & Mark.Seen) != 0)
            return RowChange.Duplicate;
        entry.Mark |= Mark.Seen;
        wasMissing = entry.Missing > 0;
        if (entry.Hash != hash)
            return RowChange.Changed;
        return (entry.Mark & Mark.OfThisFile) != 0 ? RowChange.AlreadyLanded : RowChange.Unchanged;
    }

    /// <summary>Keys the file did not have, with how many snapshots in a row they were missing before.</summary>
    public IEnumerable<(UInt128 Key, int MissingBefore)> Unseen()
    {
        foreach (var entry in _entries)
        {
            if ((entry.Mark & Mark.Used) != 0 && (entry.Mark & Mark.Seen) == 0)
                yield return (entry.Key, entry.Missing);
        }
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

/// <summary>A row that is new or changed, as it is written back.</summary>
internal sealed record RowState(Guid Key, Guid Hash);

internal static class RowStateStore
{
    internal const string CountSql = """
        select count(*)
          from intake.row_state
         where stream_id = $1
        """;

    internal const string UpsertSql = """
        insert into intake.row_state (stream_id, row_key, row_hash, file_id)
        select $1, row_key, row_hash, $2
          from unnest($3, $4) as changed (row_key, row_hash)
            on conflict (stream_id, row_key) do update
           set row_hash = excluded.row_hash
             , file_id  = excluded.file_id
             , missing  = 0
        """;

    internal const string FoundAgainSql = """
        update intake.row_state
           set missing = 0
         where stream_id = $1
           and row_key = any ($2)
        """;

    internal const string MissingSql = """
        update intake.row_state
           set missing = missing + 1
         where stream_id = $1
           and row_key = any ($2)
        """;

    internal const string ForgetSql = """
        delete from intake.row_state
         where stream_id = $1
           and row_key = any ($2)
        """;

    private const int Batch = 8_192;

    public static async Task<RowStates> Load(
        HubTransaction work, RowSeal seal, int streamId, int fileId, CancellationToken cancellationToken)
    {
        var known = (await work.Query(CountSql, [Parameter.As(streamId)], row => row.GetInt64(0), cancellationToken)).Single();
        var states = new RowStates(known);
        await using var rows = await work.CopyOut(
            $"copy (select row_key, row_hash, file_id, missing from intake.row_state where stream_id = {streamId:D}) to stdout (format binary)",
            cancellationToken);
        var hashes = new Guid[Batch * 2];
        var marks = new (bool OfThisFile, short Missing)[Batch];
        var count = 0;
        while (await rows.StartRowAsync(cancellationToken) > 0)
        {
            hashes[count * 2] = rows.Read<Guid>(NpgsqlDbType.Uuid);
            hashes[(count * 2) + 1] = rows.Read<Guid>(NpgsqlDbType.Uuid);
            marks[count] = (rows.Read<int>(NpgsqlDbType.Integer) == fileId, rows.Read<short>(NpgsqlDbType.Smallint));
            if (++count == Batch)
                count = AddAll(states, seal, hashes, marks, count);
        }

        AddAll(states, seal, hashes, marks, count);
        return states;
    }

    private static int AddAll(
        RowStates states, RowSeal seal, Guid[] hashes, (bool OfThisFile, short Missing)[] marks, int count)
    {
        seal.Show(hashes.AsSpan(0, count * 2));
        for (var i = 0; i < count; i++)
        {
            states.Add(
                RowHash.ToNumber(hashes[i * 2]), RowHash.ToNumber(hashes[(i * 2) + 1]), marks[i].OfThisFile, marks[i].Missing);
        }

        return 0;
    }

    public static Task Upsert(
        HubTransaction work, int streamId, int fileId, IReadOnlyCollection<RowState> rows, CancellationToken cancellationToken) =>
        work.Execute(
            UpsertSql,
            [
                Parameter.As(streamId), Parameter.As(fileId),
                Parameter.Column(rows, row => row.Key, NpgsqlDbType.Uuid),
                Parameter.Column(rows, row => row.Hash, NpgsqlDbType.Uuid),
            ],
            cancellationToken);

    public static Task FoundAgain(HubTransaction work, int streamId, Guid[] keys, CancellationToken cancellationToken) =>
        work.Execute(FoundAgainSql, [Parameter.As(streamId), Parameter.As(keys)], cancellationToken);

    public static Task Missing(HubTransaction work, int streamId, Guid[] keys, CancellationToken cancellationToken) =>
        work.Execute(MissingSql, [Parameter.As(streamId), Parameter.As(keys)], cancellationToken);

    public static Task Forget(HubTransaction work, int streamId, Guid[] keys, CancellationToken cancellationToken) =>
        work.Execute(ForgetSql, [Parameter.As(streamId), Parameter.As(keys)], cancellationToken);
}
