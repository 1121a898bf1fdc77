using System.Buffers.Binary;
using IntegrationHub.Database;
using IntegrationHub.Protection;

namespace IntegrationHub.Intake;

/// <summary>
/// The memory of a stream's rows at rest: packed entries in sealed segments, later ones over earlier ones, so that a new
/// row costs 33 bytes and no index, and reading five million of them back takes a second or two. When more is outdated
/// than stands, the segments are written anew.
/// </summary>
internal static class RowSegments
{
    internal const string AddSql = """
        insert into intake.row_segment (stream_id, file_id, entries, body)
        values ($1, $2, $3, $4)
        """;

    internal const string ExpectedSql = """
        select s.known_rows + coalesce((select sum(r.entries)
                                          from intake.row_segment r
                                         where r.stream_id = $1
                                           and r.file_id = $2), 0)::bigint
          from intake.stream s
         where s.stream_id = $1
        """;

    internal const string LoadSql = """
        select file_id, body
          from intake.row_segment
         where stream_id = $1
         order by segment_id
        """;

    internal const string EntriesSql = """
        select coalesce(sum(entries), 0)::bigint
          from intake.row_segment
         where stream_id = $1
        """;

    internal const string ClearSql = """
        delete from intake.row_segment
         where stream_id = $1
        """;

    internal const string KnownRowsSql = """
        update intake.stream
           set known_rows = $2
         where stream_id = $1
        """;

    private const int EntrySize = 33;

    /// <summary>Entries a segment: below the size at which .NET would keep its buffers for long.</summary>
    private const int LargestSegment = 2_000;

    /// <summary>Outdated entries a stream may carry besides those that stand.</summary>
    private const int SmallestWaste = 20_000;

    /// <summary>The memory of a stream, with room for the rows to come, so that it need not grow while they do.</summary>
    public static async Task<RowStates> Load(
        HubTransaction work, Keyring keyring, int streamId, int fileId, long rowsToCome, CancellationToken cancellationToken)
    {
        var expected = await work.Query(
            ExpectedSql, [Parameter.As(streamId), Parameter.As(fileId)], row => row.GetInt64(0), cancellationToken);
        var states = new RowStates(Math.Max(expected.Single(), rowsToCome));
        await Read(work, keyring, streamId, (entry, ofFile) => states.Add(entry, ofFile == fileId), cancellationToken);
        return states;
    }

    /// <summary>What is remembered of a few rows; what is gone or was never there is left out. Reads the whole memory of the stream.</summary>
    public static async Task<Dictionary<UInt128, RowEntry>> Find(
        HubTransaction work, Keyring keyring, int streamId, IReadOnlyCollection<UInt128> keys, CancellationToken cancellationToken)
    {
        var wanted = keys.ToHashSet();
        var found = new Dictionary<UInt128, RowEntry>();
        await Read(
            work, keyring, streamId,
            (entry, _) =>
            {
                if (!wanted.Contains(entry.Key))
                    return;
                if (entry.Missing == RowEntry.Gone)
                    found.Remove(entry.Key);
                else
                    found[entry.Key] = entry;
            },
            cancellationToken);
        return found;
    }

    public static async Task Add(
        HubTransaction work, Keyring keyring, int streamId, int fileId, IReadOnlyCollection<RowEntry> entries,
        CancellationToken cancellationToken)
    {
        foreach (var part in entries.Chunk(LargestSegment))
        {
            await work.Execute(
                AddSql,
                [
                    Parameter.As(streamId), Parameter.As(fileId), Parameter.As(part.Length),
                    Parameter.Bytes(keyring.SealForStore(Write(part))),
                ],
                cancellationToken);
        }
    }

    /// <summary>Writes down what the end of a file taught, and everything anew where too much is outdated.</summary>
    public static async Task Finish(
        HubTransaction work, Keyring keyring, int streamId, int fileId, RowStates states, IReadOnlyCollection<RowEntry> learned,
        CancellationToken cancellationToken)
    {
        await Add(work, keyring, streamId, fileId, learned, cancellationToken);
        foreach (var entry in learned)
            states.Add(entry, ofThisFile: true);
        var written = (await work.Query(EntriesSql, [Parameter.As(streamId)], row => row.GetInt64(0), cancellationToken)).Single();
        await work.Execute(KnownRowsSql, [Parameter.As(streamId), Parameter.As((long)states.Count)], cancellationToken);
        if (written < (states.Count * 3L / 2) + SmallestWaste)
            return;
        await work.Execute(ClearSql, [Parameter.As(streamId)], cancellationToken);
        foreach (var part in states.All().Chunk(LargestSegment))
            await Add(work, keyring, streamId, fileId, part, cancellationToken);
    }

    private static async Task Read(
        HubTransaction work, Keyring keyring, int streamId, Action<RowEntry, int> see, CancellationToken cancellationToken)
    {
        await using var command = work.Command(LoadSql, Parameter.As(streamId));
        await using var segment = await command.ExecuteReaderAsync(cancellationToken);
        while (await segment.ReadAsync(cancellationToken))
        {
            var file = segment.GetInt32(0);
            var entries = keyring.OpenFromStore(segment.GetFieldValue<byte[]>(1)).AsSpan();
            for (; entries.Length > 0; entries = entries[EntrySize..])
                see(Read(entries), file);
        }
    }

    private static byte[] Write(RowEntry[] entries)
    {
        var body = new byte[entries.Length * EntrySize];
        for (var i = 0; i < entries.Length; i++)
        {
            var at = body.AsSpan(i * EntrySize, EntrySize);
            BinaryPrimitives.WriteUInt128LittleEndian(at, entries[i].Key);
            BinaryPrimitives.WriteUInt128LittleEndian(at[16..], entries[i].Hash);
            at[32] = (byte)entries[i].Missing;
        }

        return body;
    }

    private static RowEntry Read(ReadOnlySpan<byte> at) =>
        new(BinaryPrimitives.ReadUInt128LittleEndian(at), BinaryPrimitives.ReadUInt128LittleEndian(at[16..]), at[32]);
}
