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
    HubDatabase database, Archive archive, MessageOutbox outbox, Keyring keyring, PolicyBook policies, IErasureGate erasures,
    TimeProvider time)
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
        var states = await Load(file, cancellationToken);
        var hash = new RowHash(keyring.RowSeed, snapshot.Layout.Source, snapshot.Layout.Type);
        var layout = PolicyCodes.Widen(shape.Layout, policies.On(HubCalendar.DayOf(time.GetUtcNow())));
        var scan = new Scan(file, snapshot, shape, layout, translator, seal);

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
        if (wasMissing && change == RowChange.Unchanged)
            scan.FoundAgain.Add(new RowEntry(key, rowHash, 0));
        switch (change)
        {
            case RowChange.Unchanged:
                scan.Unchanged++;
                break;
            case RowChange.AlreadyLanded:
                break;
            default:
                scan.AllNew &= change == RowChange.New;
                scan.Batch.Add(row);
                scan.Changed.Add(new ChangedRow(
                    rows.Number, rows.Offset, row.Length, key, rowHash,
                    rows.IsCut ? "row.too_long"
                    : change == RowChange.Duplicate ? "row.duplicate_key"
                    : keyLength == 0 ? "row.key_missing"
                    : null));
                break;
        }
    }

    private async Task<RowStates> Load(FileHead file, CancellationToken cancellationToken)
    {
        await using var work = await database.Begin(cancellationToken);
        return await RowSegments.Load(work, keyring, file.StreamId, file.FileId, file.Rows, cancellationToken);
    }

    private async Task Flush(Guid runId, Scan scan, CancellationToken cancellationToken)
    {
        if (scan.Changed.Count == 0)
            return;
        await using var work = await database.Begin(cancellationToken);
        var (records, quarantined) = scan.Translate(await erasures.Open(work, cancellationToken));
        var now = time.GetUtcNow();
        if (records.Count > 0)
        {
            var chunkId = Guid.CreateVersion7();
            await ChunkStore.Add(
                work, keyring, new NewChunk(chunkId, runId, scan.File.FileId, ++scan.Chunks, records, scan.AllNew), now, cancellationToken);
            await RunStore.ChunkLanded(work, runId, now, cancellationToken);
            await outbox.Send(work, new ProcessChunk { ChunkId = chunkId }, cancellationToken);
        }

        if (quarantined.Count > 0)
            await QuarantineStore.Add(work, scan.File.FileId, quarantined, cancellationToken);
        await RepairStore.Add(work, keyring, scan.File.FileId, scan.Repaired, cancellationToken);

        // A duplicate's state belongs to the first row with its key.
        var states = scan.Changed.Where(row => row.Problem != "row.duplicate_key").Select(row => new RowEntry(row.Key, row.Hash, 0));
        await RowSegments.Add(work, keyring, scan.File.StreamId, scan.File.FileId, [.. states], cancellationToken);
        await work.Commit(cancellationToken);
        scan.Changed.Clear();
        scan.Batch.Clear();
        scan.Repaired.Clear();
        scan.AllNew = true;
    }

    private async Task<LandingCounts> Finish(Guid runId, Scan scan, RowStates states, CancellationToken cancellationToken)
    {
        var unseen = scan.Snapshot.IsWhole ? states.Unseen().ToList() : [];
        var manifest = scan.Snapshot.Manifest ?? throw new InvalidOperationException("A file without a manifest is never landed.");

        await using var work = await database.Begin(cancellationToken);
        var patience = await PatienceFor(work, scan, unseen, cancellationToken);
        var due = unseen.Where(row => row.Missing + 1 >= patience).ToList();
        var missing = unseen.Where(row => row.Missing + 1 < patience);
        var moved = due.Count == 0 ? [] : await MovedRows.AliveElsewhere(work, keyring, scan.File.StreamId, [.. due.Select(row => row.Key)], cancellationToken);
        var gone = due.Where(row => !moved.Contains(row.Key)).Select(row => row.Key).ToList();
        await RowSegments.Finish(
            work, keyring, scan.File.StreamId, scan.File.FileId, states,
            [
                .. scan.FoundAgain, .. missing.Select(row => row with { Missing = row.Missing + 1 }),
                .. due.Select(row => row with { Missing = RowEntry.Gone }),
            ],
            cancellationToken);
        await LandEnded(work, runId, gone, scan, cancellationToken);
        var counts = new LandingCounts(scan.Unchanged, scan.File.Rows - scan.Unchanged, gone.Count);
        await FileStore.Done(work, scan.File, manifest, scan.Snapshot.IsWhole, counts, cancellationToken);
        await work.Commit(cancellationToken);
        return counts;
    }

    // While another county's snapshot is late, whoever is missing here may stand there: twice the patience, then no more.
    private async Task<int> PatienceFor(
        HubTransaction work, Scan scan, List<RowEntry> unseen, CancellationToken cancellationToken)
    {
        var patience = policies.Require(HubCalendar.DayOf(time.GetUtcNow())).MissingSnapshotsBeforeEnd;
        return unseen.Exists(row => row.Missing + 1 >= patience)
            && await MovedRows.SomeoneIsLate(work, scan.File.StreamId, cancellationToken)
            ? patience * 2
            : patience;
    }

    private async Task LandEnded(
        HubTransaction work, Guid runId, List<UInt128> gone, Scan scan, CancellationToken cancellationToken)
    {
        var inbox = new RecordInbox(outbox, keyring, time);
        foreach (var part in gone.Chunk(ChunkStore.LargestChunk))
        {
            await inbox.Land(
                work, runId, fileId: null,
                [.. scan.Seal.HideKeys(part).Select(key => new EndedRecord
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

    private sealed record ChangedRow(long Number, long Offset, int Length, UInt128 Key, UInt128 Hash, string? Problem);

    /// <summary>What one pass over a file has found and not yet written.</summary>
    private sealed class Scan(
        FileHead file, Snapshot snapshot, FileShape shape, SnapshotLayout layout, ISnapshotTranslator translator, RowSeal seal)
    {
        /// <summary>Rows of a batch take no more room than this, however long they are.</summary>
        private const int LargestBatch = 8 * 1024 * 1024;

        private readonly RowReading _reading = new(
            layout, snapshot.Manifest is { } manifest ? HubCalendar.DayOf(manifest.AsOf) : null);

        public FileHead File => file;
        public Snapshot Snapshot => snapshot;
        public RowReader Reader { get; } = RowReader.For(shape);

        /// <summary>The instant of the snapshot; a correction of the same instant counts as a moment later.</summary>
        public long Version { get; } = (snapshot.Manifest?.AsOf ?? default).ToUnixTimeMilliseconds() + file.Revision;
        public RowBatch Batch { get; } = new();
        public bool IsFull => Changed.Count == ChunkStore.LargestChunk || Batch.Size > LargestBatch;
        public RowSeal Seal => seal;
        public List<ChangedRow> Changed { get; } = new(ChunkStore.LargestChunk);
        public List<RowEntry> FoundAgain { get; } = [];
        public List<RepairedRow> Repaired { get; } = [];

        /// <summary>True while every row since the last chunk was new to its stream.</summary>
        public bool AllNew { get; set; } = true;
        public long Unchanged { get; set; }
        public int Chunks { get; set; }

        public (List<CanonicalRecord> Records, List<QuarantinedRow> Quarantined) Translate(Func<CanonicalRecord, bool> isErased)
        {
            var records = new List<CanonicalRecord>(Changed.Count);
            var quarantined = new List<QuarantinedRow>();
            var cells = Reader.Read(Batch);
            var keys = seal.HideKeys([.. Changed.Select(row => row.Key)]);
            var hashes = seal.Hide([.. Changed.Select(row => row.Hash)]);
            for (var i = 0; cells.Advance(); i++)
            {
                var row = Changed[i];
                _reading.Read(cells);
                if (row.Problem is not null || _reading.Problems.Count > 0)
                {
                    quarantined.Add(Quarantine(row));
                    continue;
                }

                var record = translator.Translate(_reading, new RecordOrigin(keys[i], Version, hashes[i], (int)row.Number));
                if (isErased(record))
                {
                    quarantined.Add(new QuarantinedRow(row.Number, [IErasureGate.Code], [RowReading.WholeRow], row.Offset, row.Length));
                    continue;
                }

                records.Add(record);
                if (_reading.Repairs.Count > 0)
                    Repaired.Add(new RepairedRow(row.Number, [.. _reading.Repairs]));
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
