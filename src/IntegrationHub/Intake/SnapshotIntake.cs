using IntegrationHub.Audit;
using IntegrationHub.Contracts;
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
    PolicyBook policies,
    HubMetrics metrics,
    TimeProvider time,
    ILogger<SnapshotIntake> logger)
{
    /// <summary>Brings the snapshot into the run, with the translator of the layout it turns out to have. The answer is for the sender.</summary>
    public async Task Take(
        Guid runId, Snapshot snapshot, Func<SnapshotLayout, ISnapshotTranslator> translators, IProgress<LandingProgress> progress,
        CancellationToken cancellationToken)
    {
        var file = await Find(runId, snapshot, cancellationToken)
            ?? await Receive(runId, snapshot, await Keep(snapshot, cancellationToken), null, cancellationToken);
        if (file.State == "LANDING")
            await Land(runId, file, snapshot, translators, progress, cancellationToken);
        await snapshot.Finish(await ResultOf(runId, file, cancellationToken), cancellationToken);
    }

    /// <summary>
    /// Takes a held file's archived bytes through the same steps once more, with the one check overridden that an
    /// official answered for. The held file is then released, or held as it was, now for what else is wrong with it.
    /// </summary>
    internal async Task<FileHead> TakeHeld(
        Guid runId, HeldFile held, Snapshot snapshot, Func<SnapshotLayout, ISnapshotTranslator> translators,
        IProgress<LandingProgress> progress, CancellationToken cancellationToken)
    {
        var file = await Find(runId, snapshot, cancellationToken)
            ?? await Receive(
                runId, snapshot, new Archived(held.ArchiveRef, 0, held.Digest, snapshot.Manifest?.Sm3), held, cancellationToken);
        if (file.State == "LANDING")
            await Land(runId, file, snapshot, translators, progress, cancellationToken);
        await snapshot.Finish(await ResultOf(runId, file, cancellationToken), cancellationToken);
        return file;
    }

    private PolicyPack RulesNow() => policies.Require(HubCalendar.DayOf(time.GetUtcNow()));

    private async Task<FileHead?> Find(Guid runId, Snapshot snapshot, CancellationToken cancellationToken)
    {
        await using var work = await database.Begin(cancellationToken);
        return await FileStore.OfRun(work, runId, snapshot.Name, cancellationToken);
    }

    private async Task<FileHead> Receive(
        Guid runId, Snapshot snapshot, Archived archived, HeldFile? held, CancellationToken cancellationToken)
    {
        var look = Look(archived.Reference, snapshot);

        await using var work = await database.Begin(cancellationToken);
        var stream = await FileStore.Stream(work, snapshot.Layout.Source, snapshot.Layout.Type, snapshot.Area, cancellationToken);
        var earlier = await FileStore.Earlier(
            work, stream.StreamId, snapshot.Name, archived.Sha256, snapshot.Manifest?.AsOf, cancellationToken);
        var verdict = SnapshotCheck.Decide(FactsOf(snapshot, archived, look, stream, earlier, held), RulesNow().ShrinkGuard);
        if (held is not null)
            await Settle(work, held, verdict, cancellationToken);
        var (state, code) = Fate(verdict);
        var notices = look.Shape?.Notices ?? [];
        var revision = state == "LANDING" ? SnapshotCheck.RevisionOf(earlier) : 0;
        var fileId = await FileStore.Add(
            work,
            new FileToAdd
            {
                RunId = runId,
                StreamId = stream.StreamId,
                Snapshot = snapshot,
                Digest = archived.Sha256,
                ArchiveRef = archived.Reference,
                Rows = look.Rows,
                State = state,
                Code = code ?? (notices.Count > 0 ? notices[0] : null),
                Detail = look.Detail,
                Revision = revision,
                Shape = look.Shape,
                ReleasedFrom = held?.FileId,
                Now = time.GetUtcNow(),
            },
            cancellationToken);
        await AuditLog.Append(
            work,
            new AuditFact(
                held?.DecidedBy ?? "hub", "batch.received", snapshot.Name,
                new { runId, rows = look.Rows, state, code, notices, revision, digest = archived.Sha256, releasedFrom = held?.FileId }),
            time, cancellationToken);
        await work.Commit(cancellationToken);

        LogReceived(snapshot.Name, look.Rows, state, code ?? "-");
        return new FileHead(fileId, stream.StreamId, snapshot.Name, state, archived.Reference, look.Rows, revision);
    }

    // Something else is wrong with it: it stays held, now for that.
    private static async Task Settle(HubTransaction work, HeldFile held, SnapshotVerdict verdict, CancellationToken cancellationToken)
    {
        await HeldFileStore.Settle(work, held.FileId, (verdict as SnapshotVerdict.Hold)?.Code, cancellationToken);
        if (verdict is not SnapshotVerdict.Hold still)
            return;
        await work.Commit(cancellationToken);
        throw new HubProblemException(
            "held.still_wrong", $"{held.Name} is still held, for {still.Code}.", "See `hub held show`; the decision covered another check only.");
    }

    private SnapshotFacts FactsOf(
        Snapshot snapshot, Archived archived, FileLook look, StreamPosition stream, EarlierFiles earlier, HeldFile? held) => new()
        {
            Manifest = snapshot.Manifest,
            Sha256 = archived.Sha256,
            Sm3 = archived.Sm3,
            Rows = look.Rows,
            OtherRows = look.OtherRows,
            Unfit = look.Unfit,
            IsWhole = snapshot.IsWhole,
            Stream = stream,
            Earlier = earlier,
            Now = time.GetUtcNow(),
            Overridden = held is null ? [] : [.. held.Answered, held.Code],
        };

    private static (string State, string? Code) Fate(SnapshotVerdict verdict) => verdict switch
    {
        SnapshotVerdict.Take take => ("LANDING", take.Notice),
        SnapshotVerdict.Hold hold => ("HELD", hold.Code),
        SnapshotVerdict.History history => ("HISTORY", history.Code),
        SnapshotVerdict.Ignore ignore => ("IGNORED", ignore.Code),
        _ => throw new InvalidOperationException($"Unknown verdict {verdict.GetType().Name}."),
    };

    private async Task<Archived> Keep(Snapshot snapshot, CancellationToken cancellationToken)
    {
        await using var content = await snapshot.Open(cancellationToken);
        return await archive.Keep(content, withSm3: snapshot.Manifest?.Sm3 is not null, cancellationToken);
    }

    // Counted before anything is believed, because a short file must be held whole.
    private FileLook Look(string reference, Snapshot snapshot) =>
        FileLook.At(() => archive.Open(reference), snapshot.Format, [snapshot.Layout, .. snapshot.OtherLayouts]);

    private async Task Land(
        Guid runId, FileHead file, Snapshot snapshot, Func<SnapshotLayout, ISnapshotTranslator> translators,
        IProgress<LandingProgress> progress, CancellationToken cancellationToken)
    {
        FileShape shape;
        await using (var content = archive.Open(file.ArchiveRef))
        {
            shape = ShapeFinder.Find(content, snapshot.Format, [snapshot.Layout, .. snapshot.OtherLayouts]) is ShapeVerdict.Fits fits
                ? fits.Shape
                : throw new HubProblemException(
                    "layout.invalid", $"No layout reads {file.Name} any more.",
                    "The layout was changed while this file was landing; put it back and run the sync again.");
        }

        var counts = await landing.Land(runId, file, snapshot, shape, translators(shape.Layout), progress, cancellationToken);
        metrics.Rows(snapshot.Layout.Source, "unchanged", counts.Unchanged);
        metrics.Rows(snapshot.Layout.Source, "parsed", counts.Parsed);
        LogLanded(snapshot.Name, file.Rows, counts.Unchanged, counts.Parsed, counts.Ended);
    }

    private async Task<SnapshotResult> ResultOf(Guid runId, FileHead file, CancellationToken cancellationToken)
    {
        await using var work = await database.Begin(cancellationToken);
        var account = (await FileStore.Accounts(work, runId, cancellationToken)).Single(known => known.FileId == file.FileId);
        var rows = await QuarantineStore.OfFile(work, file.FileId, cancellationToken);
        return new SnapshotResult(account.State, account.Code, account.Detail, rows);
    }

    [LoggerMessage(LogLevel.Information, "Received {File}: {Rows} rows, {State} {Code}.")]
    private partial void LogReceived(string file, long rows, string state, string code);

    [LoggerMessage(LogLevel.Information, "Landed {File}: {Rows} rows, {Unchanged} unchanged, {Parsed} parsed, {Ended} ended.")]
    private partial void LogLanded(string file, long rows, long unchanged, long parsed, long ended);
}

/// <summary>How far the landing of a file is, for whoever watches.</summary>
public sealed record LandingProgress(string File, long Done, long Total);
