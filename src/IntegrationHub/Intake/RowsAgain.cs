using IntegrationHub.Audit;
using IntegrationHub.Contracts;
using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Contracts.Messages;
using IntegrationHub.Database;
using IntegrationHub.Outbox;
using IntegrationHub.Policy;
using IntegrationHub.Protection;

namespace IntegrationHub.Intake;

/// <summary>
/// Reads quarantined rows again after a layout was mended: their bytes come back from the archive, the layout of now says
/// what they mean, and what can be read lands as if it had been read that night. It keeps that night's version, so that
/// nothing newer is overwritten; what still cannot be read stays, with what is wrong with it now.
/// </summary>
public sealed class RowsAgain(
    HubDatabase database, Archive archive, MessageOutbox outbox, Keyring keyring, IErasureGate erasures, TimeProvider time,
    PolicyBook policies)
{
    private const int LongestKey = 1_024;

    /// <summary>Takes the chosen open rows of a source into the run. Returns how many there were and how many could be read.</summary>
    internal async Task<(int Rows, int Resolved)> Take(
        Guid runId, ISnapshotFeed feed, QuarantineFilter filter, CancellationToken cancellationToken)
    {
        List<FileAgain> files;
        await using (var work = await database.Begin(cancellationToken))
            files = await RowsAgainStore.Files(work, feed.Source, filter, cancellationToken);
        var (rows, resolved) = (0, 0);
        foreach (var file in files)
        {
            var (seen, read) = await TakeFile(runId, feed, file, filter, cancellationToken);
            (rows, resolved) = (rows + seen, resolved + read);
        }

        return (rows, resolved);
    }

    private async Task<(int Rows, int Resolved)> TakeFile(
        Guid runId, ISnapshotFeed feed, FileAgain file, QuarantineFilter filter, CancellationToken cancellationToken)
    {
        var shape = ShapeOf(feed, file);
        using var seal = new RowSeal(keyring.RowSealKey());
        var translator = feed.TranslatorFor(shape.Layout);
        var (rows, resolved) = (0, 0);
        await using var content = shape.Open(archive.Open(file.ArchiveRef));
        long at = 0;
        for (long after = -1; ;)
        {
            List<QuarantinedRow> open;
            await using (var work = await database.Begin(cancellationToken))
                open = await RowsAgainStore.OpenRows(work, file.FileId, filter, after, ChunkStore.LargestChunk, cancellationToken);
            if (open.Count == 0)
                break;
            after = open[^1].Offset;
            var batch = new RowBatch();
            foreach (var row in open)
                at = ReadInto(batch, content, at, row);
            var again = Read(file, shape, translator, seal, open, batch);
            await Land(runId, file, again, cancellationToken);
            (rows, resolved) = (rows + open.Count, resolved + again.Records.Count);
        }

        await Tell(feed, file, cancellationToken);
        return (rows, resolved);
    }

    // The rows were cut from the bytes as they were understood then; they must be understood the same way now.
    private FileShape ShapeOf(ISnapshotFeed feed, FileAgain file)
    {
        using var content = archive.Open(file.ArchiveRef);
        var layouts = feed.LayoutsOf(file.Type);
        if (layouts.Count > 0
            && ShapeFinder.Find(content, file.Format, layouts) is ShapeVerdict.Fits { Shape: var shape }
            && (shape.Format == RowFormat.JsonLines || (shape.Text.Name == file.Encoding && $"{shape.Separator}" == file.Separator)))
        {
            return shape;
        }

        throw new HubProblemException(
            "layout.invalid", $"No layout of now reads {file.Name} as it was read.", "Try the layout on the file with `hub layout check`.");
    }

    private static long ReadInto(RowBatch batch, Stream content, long at, QuarantinedRow row)
    {
        Span<byte> skipped = stackalloc byte[8_192];
        while (at < row.Offset)
        {
            var read = content.Read(skipped[..(int)Math.Min(skipped.Length, row.Offset - at)]);
            if (read == 0)
                throw new InvalidDataException("The archived file is shorter than it was.");
            at += read;
        }

        var bytes = new byte[row.Length];
        content.ReadExactly(bytes);
        batch.Add(bytes);
        return at + row.Length;
    }

    private Again Read(
        FileAgain file, FileShape shape, ISnapshotTranslator translator, RowSeal seal, List<QuarantinedRow> open, RowBatch batch)
    {
        var hash = new RowHash(keyring.RowSeed, shape.Layout.Source, shape.Layout.Type);
        var reader = RowReader.For(shape);
        var reading = new RowReading(
            PolicyCodes.Widen(shape.Layout, policies.On(HubCalendar.DayOf(time.GetUtcNow()))),
            HubCalendar.DayOf(DateTimeOffset.FromUnixTimeMilliseconds(file.Version)));
        var again = new Again();
        Span<byte> key = stackalloc byte[LongestKey];
        var cells = reader.Read(batch);
        for (var i = 0; cells.Advance(); i++)
        {
            var length = reader.WriteKey(batch[i], key);
            var rowHash = hash.OfRow(batch[i]);
            reading.Read(cells);
            var whole = open[i].Codes.Contains("row.too_long") ? "row.too_long" : length == 0 ? "row.key_missing" : null;
            if (whole is null && reading.Problems.Count == 0)
            {
                var rowKey = hash.OfKey(key[..length]);
                var record = translator.Translate(
                    reading, new RecordOrigin(seal.HideKeys([rowKey])[0], file.Version, seal.Hide([rowHash])[0], (int)open[i].Row));
                again.Records.Add(new RecordAgain(record, open[i], rowKey, rowHash));
                if (reading.Repairs.Count > 0)
                    again.Repaired.Add(new RepairedRow(open[i].Row, [.. reading.Repairs]));
            }
            else
            {
                again.Still.Add(Still(open[i], whole, reading));
            }
        }

        return again;
    }

    private static QuarantinedRow Still(QuarantinedRow row, string? whole, RowReading reading)
    {
        var problems = whole == "row.too_long" ? [] : reading.Problems.ToList();
        if (whole is not null)
            problems.Insert(0, new Problem(whole, RowReading.WholeRow));
        return row with { Codes = [.. problems.Select(problem => problem.Code)], Columns = [.. problems.Select(problem => problem.Column)] };
    }

    private async Task Land(Guid runId, FileAgain file, Again again, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var work = await database.Begin(cancellationToken);
        again.Hold(await erasures.Open(work, cancellationToken));
        var owners = await RowSegments.Find(
            work, keyring, file.StreamId, [.. again.Records.Select(known => known.Key)], cancellationToken);

        // A key that another row of this stream has is no less a duplicate for being read again.
        var doubled = again.Records.Where(known => known.Row.Codes.Contains("row.duplicate_key")
            && owners.TryGetValue(known.Key, out var owner) && owner.Hash != known.Hash).ToList();
        again.Records.RemoveAll(doubled.Contains);
        again.Still.AddRange(doubled.Select(known => known.Row with { Codes = ["row.duplicate_key"], Columns = [RowReading.WholeRow] }));

        if (again.Records.Count > 0)
        {
            var chunkId = Guid.CreateVersion7();
            var records = again.Records.ConvertAll(known => known.Record);
            await ChunkStore.Add(work, keyring, new NewChunk(chunkId, runId, file.FileId, 0, records, AllNew: false), now, cancellationToken);
            await RunStore.ChunkLanded(work, runId, now, cancellationToken);
            await outbox.Send(work, new ProcessChunk { ChunkId = chunkId }, cancellationToken);
            await KeepStates(work, file, again, owners, cancellationToken);
        }

        await RepairStore.Add(work, keyring, file.FileId, again.Repaired, cancellationToken);
        await RowsAgainStore.Resolve(work, file.FileId, [.. again.Records.Select(known => known.Row.Row)], now, cancellationToken);
        await RowsAgainStore.Restate(work, file.FileId, again.Still, cancellationToken);
        await RowsAgainStore.Recount(work, file.FileId, cancellationToken);
        await AuditLog.Append(
            work, new AuditFact("hub", "quarantine.rerun", file.Name, new { runId, resolved = again.Records.Count, still = again.Still.Count }),
            time, cancellationToken);
        await work.Commit(cancellationToken);
    }

    // A row that had no key until now was remembered by its content; it is remembered by its key from here on.
    private async Task KeepStates(
        HubTransaction work, FileAgain file, Again again, Dictionary<UInt128, RowEntry> owners, CancellationToken cancellationToken)
    {
        var unowned = again.Records
            .Where(known => !owners.ContainsKey(known.Key) && known.Row.Codes.Contains("row.key_missing"))
            .DistinctBy(known => known.Key)
            .ToList();
        await RowSegments.Add(
            work, keyring, file.StreamId, file.FileId,
            [
                .. unowned.Select(known => new RowEntry(known.Hash, known.Hash, RowEntry.Gone)),
                .. unowned.Select(known => new RowEntry(known.Key, known.Hash, 0)),
            ],
            cancellationToken);
    }

    private async Task Tell(ISnapshotFeed feed, FileAgain file, CancellationToken cancellationToken)
    {
        List<QuarantinedRow> rows;
        await using (var work = await database.Begin(cancellationToken))
            rows = await QuarantineStore.OfFile(work, file.FileId, cancellationToken);
        await feed.Tell(file.Name, new SnapshotResult("DONE", file.Code, null, rows), cancellationToken);
    }

    private sealed record RecordAgain(CanonicalRecord Record, QuarantinedRow Row, UInt128 Key, UInt128 Hash);

    private sealed class Again
    {
        public List<RecordAgain> Records { get; } = [];
        public List<QuarantinedRow> Still { get; } = [];
        public List<RepairedRow> Repaired { get; } = [];

        /// <summary>Sets the records aside that may not come in.</summary>
        public void Hold(Func<CanonicalRecord, bool> isErased)
        {
            var held = Records.Where(known => isErased(known.Record)).ToList();
            Records.RemoveAll(held.Contains);
            var rows = held.Select(known => known.Row.Row).ToHashSet();
            Repaired.RemoveAll(repaired => rows.Contains(repaired.Row));
            Still.AddRange(held.Select(known => known.Row with { Codes = [IErasureGate.Code], Columns = [RowReading.WholeRow] }));
        }
    }
}
