using IntegrationHub.Audit;
using IntegrationHub.Database;
using IntegrationHub.Policy;
using IntegrationHub.Telemetry;
using Microsoft.Extensions.Logging;

namespace IntegrationHub.Intake;

/// <summary>
/// Takes one snapshot in: archive, check the whole, compare every row, land what changed. Read this first; each step is
/// committed, so that a crash anywhere goes on from there and nothing is landed twice.
/// </summary>
public sealed partial class SnapshotIntake(
    HubDatabase database,
    Archive archive,
    RowLanding landing,
    PolicyPack policy,
    HubMetrics metrics,
    TimeProvider time,
    ILogger<SnapshotIntake> logger)
{
    /// <summary>Brings the snapshot into the run. The answer is for the sender.</summary>
    public async Task Take(
        Guid runId, Snapshot snapshot, ISnapshotTranslator translator, IProgress<LandingProgress> progress,
        CancellationToken cancellationToken)
    {
        var file = await Find(runId, snapshot, cancellationToken) ?? await Receive(runId, snapshot, cancellationToken);
        if (file.State == "LANDING")
            await Land(runId, file, snapshot, translator, progress, cancellationToken);
        await snapshot.Finish(await ResultOf(runId, file, cancellationToken), cancellationToken);
    }

    private async Task<FileHead?> Find(Guid runId, Snapshot snapshot, CancellationToken cancellationToken)
    {
        await using var work = await database.Begin(cancellationToken);
        return await FileStore.OfRun(work, runId, snapshot.Name, cancellationToken);
    }

    private async Task<FileHead> Receive(Guid runId, Snapshot snapshot, CancellationToken cancellationToken)
    {
        var archived = await Keep(snapshot, cancellationToken);
        var (rows, headerFits) = Count(archived, snapshot);

        await using var work = await database.Begin(cancellationToken);
        var stream = await FileStore.Stream(work, snapshot.Layout.Source, snapshot.Layout.Type, snapshot.Area, cancellationToken);
        var sameName = await FileStore.SameName(work, stream.StreamId, snapshot.Name, archived.Sha256, cancellationToken);
        var verdict = SnapshotCheck.Decide(
            new SnapshotFacts(snapshot.Manifest, archived.Sha256, archived.Sm3, rows, headerFits, stream, sameName),
            policy.ShrinkGuard);
        var (state, code) = verdict switch
        {
            SnapshotVerdict.Take take => ("LANDING", take.Notice),
            SnapshotVerdict.Hold hold => ("HELD", hold.Code),
            SnapshotVerdict.Ignore ignore => ("IGNORED", ignore.Code),
            _ => throw new InvalidOperationException($"Unknown verdict {verdict.GetType().Name}."),
        };
        var fileId = await FileStore.Add(
            work, runId, stream, snapshot, archived, rows, state, code, time.GetUtcNow(), cancellationToken);
        await AuditLog.Append(
            work,
            new AuditFact("hub", "batch.received", snapshot.Name, new { runId, rows, state, code, digest = archived.Sha256 }),
            time, cancellationToken);
        await work.Commit(cancellationToken);

        LogReceived(snapshot.Name, rows, state, code ?? "-");
        return new FileHead(fileId, stream.StreamId, snapshot.Name, state, archived.Reference, rows);
    }

    private async Task<Archived> Keep(Snapshot snapshot, CancellationToken cancellationToken)
    {
        await using var content = await snapshot.Open(cancellationToken);
        return await archive.Keep(content, withSm3: snapshot.Manifest?.Sm3 is not null, cancellationToken);
    }

    // Counted before anything is believed, because a short file must be held whole.
    private (long Rows, bool HeaderFits) Count(Archived archived, Snapshot snapshot)
    {
        var reader = RowReader.For(snapshot);
        using var content = archive.Open(archived.Reference);
        var splitter = new RowSplitter(content, reader.Separator);
        long rows = 0;
        var headerFits = !reader.HasHeader;
        var headerSeen = !reader.HasHeader;
        while (splitter.Fill())
        {
            while (splitter.TryNext(out var row))
            {
                if (headerSeen)
                {
                    rows++;
                    continue;
                }

                headerSeen = true;
                headerFits = reader.HeaderFits(row.ToArray());
            }
        }

        return (rows, headerFits);
    }

    private async Task Land(
        Guid runId, FileHead file, Snapshot snapshot, ISnapshotTranslator translator, IProgress<LandingProgress> progress,
        CancellationToken cancellationToken)
    {
        var counts = await landing.Land(runId, file, snapshot, translator, progress, cancellationToken);
        metrics.Rows(snapshot.Layout.Source, "unchanged", counts.Unchanged);
        metrics.Rows(snapshot.Layout.Source, "parsed", counts.Parsed);
        LogLanded(snapshot.Name, file.Rows, counts.Unchanged, counts.Parsed, counts.Ended);
    }

    private async Task<SnapshotResult> ResultOf(Guid runId, FileHead file, CancellationToken cancellationToken)
    {
        await using var work = await database.Begin(cancellationToken);
        var account = (await FileStore.Accounts(work, runId, cancellationToken)).Single(known => known.FileId == file.FileId);
        var rows = await QuarantineStore.OfFile(work, file.FileId, cancellationToken);
        return new SnapshotResult(account.State, account.Code, rows);
    }

    [LoggerMessage(LogLevel.Information, "Received {File}: {Rows} rows, {State} {Code}.")]
    private partial void LogReceived(string file, long rows, string state, string code);

    [LoggerMessage(LogLevel.Information, "Landed {File}: {Rows} rows, {Unchanged} unchanged, {Parsed} parsed, {Ended} ended.")]
    private partial void LogLanded(string file, long rows, long unchanged, long parsed, long ended);
}

/// <summary>How far the landing of a file is, for whoever watches.</summary>
public sealed record LandingProgress(string File, long Done, long Total);
