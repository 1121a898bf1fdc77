using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Contracts.Messages;
using IntegrationHub.Database;
using IntegrationHub.Outbox;
using IntegrationHub.Policy;
using IntegrationHub.Protection;

namespace IntegrationHub.Intake;

internal sealed record LandingCounts(long Unchanged, long Parsed, long Ended);

/// <summary>
/// Compares a checked file with what its stream last looked like, row by row on hashes of the raw bytes, and lands what
/// is new or changed in chunks: receipts, quarantine, row states, the command to process them, in one commit each.
/// </summary>
public sealed class RowLanding(
    HubDatabase database, Archive archive, MessageOutbox outbox, Keyring keyring, PolicyPack policy, TimeProvider time)
{
    private const int LongestKey = 1_024;

    /// <summary>Chunks that may wait before landing pauses: back-pressure from the pipeline to the intake.</summary>
    private const int MostWaiting = 200;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    internal async Task<LandingCounts> Land(
        Guid runId, FileHead file, Snapshot snapshot, FileShape shape, ISnapshotTranslator translator,
        IProgress<LandingProgress> progress, CancellationToken cancellationToken)
    {
        using var seal = new RowSeal(keyring.RowSealKey());
        var states = await Load(file, seal, cancellationToken);
        var hash = new RowHash(keyring.RowSeed, snapshot.Layout.Source, snapshot.Layout.Type);
        var scan = new Scan(file, snapshot, shape, translator, seal);

        using var content = archive.Open(file.ArchiveRef);
        var rows = new DataRows(content, shape);
        while (rows.Fill())
        {
            while (!scan.IsFull && rows.TryNext(out var row))
                See(row, rows, states, hash, scan);
            if (scan.IsFull)
            {
                await Flush(runId, scan, cancellationToken);
                progress.Report(new LandingProgress(file.Name, rows.Number, file.Rows));
                await GiveWay(cancellationToken);
            }
        }

        await Flush(runId, scan, cancellationToken);
        progress.Report(new LandingProgress(file.Name, rows.Number, file.Rows));
        return await Finish(runId, scan, states, cancellationToken);
    }

    private static void See(ReadOnlySpan<byte> row, DataRows rows, RowStates states, RowHash hash, Scan scan)
    {
        Span<byte> keyBytes = stackalloc byte[LongestKey];
        var keyLength = scan.Reader.WriteKey(row, keyBytes);
        var rowHash = hash.OfRow(row);

        // A row without a key is told from its neighbours by its content, so that it is quarantined once, not every night.
        var key = keyLength > 0 ? hash.OfKey(keyBytes[..keyLength]) : rowHash;
        var change = states.See(key, rowHash, out var wasMissing);
        if (wasMissing)
            scan.FoundAgain.Add(scan.Seal.Hide(key));
        switch (change)
        {
            case RowChange.Unchanged:
                scan.Unchanged++;
                break;
            case RowChange.AlreadyLanded:
                break;
            default:
                scan.Batch.Add(row);
                scan.Changed.Add(new ChangedRow(
                    rows.Number, rows.Offset, row.Length, scan.Seal.Hide(key), scan.Seal.Hide(rowHash),
                    rows.IsCut ? "row.too_long"
                    : change == RowChange.Duplicate ? "row.duplicate_key"
                    : keyLength == 0 ? "row.key_missing"
                    : null));
                break;
        }
    }

    private async Task<RowStates> Load(FileHead file, RowSeal seal, CancellationToken cancellationToken)
    {
        await using var work = await database.Begin(cancellationToken);
        return await RowStateStore.Load(work, seal, file.StreamId, file.FileId, cancellationToken);
    }

    private async Task Flush(Guid runId, Scan scan, CancellationToken cancellationToken)
    {
        if (scan.Changed.Count == 0)
            return;
        var (records, quarantined) = scan.Translate();
        var now = time.GetUtcNow();

        await using var work = await database.Begin(cancellationToken);
        if (records.Count > 0)
        {
            var chunkId = Guid.CreateVersion7();
            await ChunkStore.Add(
                work, chunkId, runId, scan.File.FileId, ++scan.Chunks, records.Count, ChunkStore.Seal(keyring, records), now,
                cancellationToken);
            await RunStore.ChunkLanded(work, runId, now, cancellationToken);
            await outbox.Send(work, new ProcessChunk { ChunkId = chunkId }, cancellationToken);
        }

        if (quarantined.Count > 0)
            await QuarantineStore.Add(work, scan.File.FileId, quarantined, cancellationToken);

        // A duplicate's state belongs to the first row with its key.
        var states = scan.Changed.Where(row => row.Problem != "row.duplicate_key").Select(row => new RowState(row.Key, row.Hash)).ToList();
        await RowStateStore.Upsert(work, scan.File.StreamId, scan.File.FileId, states, cancellationToken);
        await work.Commit(cancellationToken);
        scan.Changed.Clear();
        scan.Batch.Clear();
    }

    private async Task<LandingCounts> Finish(Guid runId, Scan scan, RowStates states, CancellationToken cancellationToken)
    {
        var unseen = scan.Snapshot.IsWhole ? states.Unseen().ToList() : [];
        var manifest = scan.Snapshot.Manifest ?? throw new InvalidOperationException("A file without a manifest is never landed.");

        await using var work = await database.Begin(cancellationToken);
        var patience = await PatienceFor(work, scan, unseen, cancellationToken);
        var due = unseen.Where(row => row.MissingBefore + 1 >= patience).Select(row => scan.Seal.Hide(row.Key)).ToArray();
        var missing = unseen.Where(row => row.MissingBefore + 1 < patience).Select(row => scan.Seal.Hide(row.Key)).ToArray();
        var moved = due.Length == 0 ? [] : await MovedRows.AliveElsewhere(work, scan.File.StreamId, due, cancellationToken);
        var gone = due.Where(key => !moved.Contains(key)).ToArray();
        await RowStateStore.FoundAgain(work, scan.File.StreamId, [.. scan.FoundAgain], cancellationToken);
        await RowStateStore.Missing(work, scan.File.StreamId, missing, cancellationToken);
        await RowStateStore.Forget(work, scan.File.StreamId, due, cancellationToken);
        await LandEnded(work, runId, gone, scan, cancellationToken);
        var counts = new LandingCounts(scan.Unchanged, scan.File.Rows - scan.Unchanged, gone.Length);
        await FileStore.Done(work, scan.File, manifest, scan.Snapshot.IsWhole, counts, cancellationToken);
        await work.Commit(cancellationToken);
        return counts;
    }

    // While another county's snapshot is late, whoever is missing here may stand there: twice the patience, then no more.
    private async Task<int> PatienceFor(
        HubTransaction work, Scan scan, List<(UInt128 Key, int MissingBefore)> unseen, CancellationToken cancellationToken)
    {
        var patience = policy.MissingSnapshotsBeforeEnd;
        return unseen.Exists(row => row.MissingBefore + 1 >= patience)
            && await MovedRows.SomeoneIsLate(work, scan.File.StreamId, cancellationToken)
            ? patience * 2
            : patience;
    }

    private async Task LandEnded(
        HubTransaction work, Guid runId, Guid[] gone, Scan scan, CancellationToken cancellationToken)
    {
        var inbox = new RecordInbox(outbox, keyring, time);
        foreach (var part in gone.Chunk(ChunkStore.LargestChunk))
        {
            await inbox.Land(
                work, runId, fileId: null,
                [.. part.Select(key => new EndedRecord
                {
                    SourceKey = key,
                    Version = scan.Version,
                    ContentHash = Guid.Empty,
                    Type = scan.Snapshot.Layout.Type,
                })],
                cancellationToken);
        }
    }

    private async Task GiveWay(CancellationToken cancellationToken)
    {
        while (await Waiting() > MostWaiting)
            await Task.Delay(Pause, time, cancellationToken);

        async Task<long> Waiting()
        {
            await using var work = await database.Begin(cancellationToken);
            return await ChunkStore.Waiting(work, cancellationToken);
        }
    }

    private sealed record ChangedRow(long Number, long Offset, int Length, Guid Key, Guid Hash, string? Problem);

    /// <summary>What one pass over a file has found and not yet written.</summary>
    private sealed class Scan(
        FileHead file, Snapshot snapshot, FileShape shape, ISnapshotTranslator translator, RowSeal seal)
    {
        /// <summary>Rows of a batch take no more room than this, however long they are.</summary>
        private const int LargestBatch = 8 * 1024 * 1024;

        private readonly RowReading _reading = new(shape.Layout);

        public FileHead File => file;
        public Snapshot Snapshot => snapshot;
        public RowReader Reader { get; } = RowReader.For(shape);

        /// <summary>The instant of the snapshot; a correction of the same instant counts as a moment later.</summary>
        public long Version { get; } = (snapshot.Manifest?.AsOf ?? default).ToUnixTimeMilliseconds() + file.Revision;
        public RowBatch Batch { get; } = new();
        public bool IsFull => Changed.Count == ChunkStore.LargestChunk || Batch.Size > LargestBatch;
        public RowSeal Seal => seal;
        public List<ChangedRow> Changed { get; } = new(ChunkStore.LargestChunk);
        public List<Guid> FoundAgain { get; } = [];
        public long Unchanged { get; set; }
        public int Chunks { get; set; }

        public (List<CanonicalRecord> Records, List<QuarantinedRow> Quarantined) Translate()
        {
            var records = new List<CanonicalRecord>(Changed.Count);
            var quarantined = new List<QuarantinedRow>();
            var cells = Reader.Read(Batch);
            for (var i = 0; cells.Advance(); i++)
            {
                var row = Changed[i];
                _reading.Read(cells);
                if (row.Problem is null && _reading.Problems.Count == 0)
                    records.Add(translator.Translate(_reading, new RecordOrigin(row.Key, Version, row.Hash, (int)row.Number)));
                else
                    quarantined.Add(Quarantine(row));
            }

            return (records, quarantined);
        }

        private QuarantinedRow Quarantine(ChangedRow row)
        {
            var problems = row.Problem == "row.too_long" ? [] : _reading.Problems.ToList(); // half a row says nothing about its cells
            if (row.Problem is { } own)
                problems.Insert(0, new Contracts.Problem(own, RowReading.WholeRow));
            return new QuarantinedRow(
                row.Number, [.. problems.Select(problem => problem.Code)], [.. problems.Select(problem => problem.Column)],
                row.Offset, row.Length);
        }
    }
}
