using IntegrationHub.Contracts;
using IntegrationHub.Contracts.Messages;
using IntegrationHub.Database;
using IntegrationHub.Intake;
using IntegrationHub.Outbox;
using IntegrationHub.Policy;
using Microsoft.Extensions.Logging;

namespace IntegrationHub.Schedules;

/// <summary>
/// One night of one source, whoever starts it: the schedule, an administrator, or a worker that finds one unfinished.
/// What to take comes from what is there and what was committed, never from who asked.
/// </summary>
public sealed partial class NightlySync(
    HubDatabase database,
    IEnumerable<ISnapshotFeed> snapshotFeeds,
    IEnumerable<IRecordFeed> recordFeeds,
    SnapshotIntake snapshots,
    RowsAgain rowsAgain,
    RecordIntake records,
    MessageOutbox outbox,
    TimeProvider time,
    ILogger<NightlySync> logger)
{
    /// <summary>Directories first: a need can only be offered to an organisation the hub knows.</summary>
    public IReadOnlyList<string> Sources { get; } =
        [.. recordFeeds.Select(feed => feed.Source).Concat(snapshotFeeds.Select(feed => feed.Source)).Distinct()];

    /// <summary>Lands everything the source has. Returns when nothing more will land; the pipeline may still be at work.</summary>
    /// <exception cref="HubProblemException">Another run of this source is at work (<c>sync.already_running</c>).</exception>
    public async Task<Guid> Run(string source, IProgress<LandingProgress> progress, CancellationToken cancellationToken)
    {
        await using var exclusive = await SourceLock.Take(database, source, cancellationToken);
        var (run, _) = await StartOrResume(source, cancellationToken);
        if (run.Landed)
            return run.RunId;
        await TakeNight(run, progress, cancellationToken);
        await FinishLanding(run.RunId, cancellationToken);
        return run.RunId;
    }

    /// <summary>A run that lands only the held files an official let through (<c>hub held release</c>).</summary>
    public Task<Guid> RunReleased(string source, IProgress<LandingProgress> progress, CancellationToken cancellationToken) =>
        RunCare(source, (run, feed) => TakeReleased(run, feed, progress, cancellationToken), progress, cancellationToken);

    /// <summary>A run that reads quarantined rows again, by the layouts of now (<c>hub quarantine rerun</c>).</summary>
    public Task<Guid> RunAgain(
        string source, QuarantineFilter filter, IProgress<LandingProgress> progress, CancellationToken cancellationToken) =>
        RunCare(
            source,
            (run, feed) => Try(run.RunId, "quarantine", () => rowsAgain.Take(run.RunId, feed, filter, cancellationToken), cancellationToken),
            progress, cancellationToken);

    /// <summary>A run that reads only what a source's API has beyond the last page: its book, before it is compared.</summary>
    public async Task<Guid> RunBook(string source, CancellationToken cancellationToken)
    {
        await using var exclusive = await SourceLock.Take(database, source, cancellationToken);
        var (run, _) = await StartOrResume(source, cancellationToken);
        if (run.Landed)
            return run.RunId;
        await TakeRecords(run, cancellationToken);
        await FinishLanding(run.RunId, cancellationToken);
        return run.RunId;
    }

    /// <summary>True once everything that landed in a run is processed.</summary>
    public async Task<bool> IsDone(Guid runId, CancellationToken cancellationToken)
    {
        await using var work = await database.Begin(cancellationToken);
        return await RunStore.Find(work, runId, cancellationToken) is not { State: "RUNNING" };
    }

    /// <summary>Sources whose run was interrupted before everything had landed.</summary>
    public async Task<IReadOnlyList<string>> Interrupted(CancellationToken cancellationToken)
    {
        await using var work = await database.Begin(cancellationToken);
        var interrupted = new List<string>();
        foreach (var source in Sources)
        {
            if (await RunStore.Unfinished(work, source, cancellationToken) is { Landed: false })
                interrupted.Add(source);
        }

        return interrupted;
    }

    private async Task TakeNight(Run run, IProgress<LandingProgress> progress, CancellationToken cancellationToken)
    {
        await TakeRecords(run, cancellationToken);
        foreach (var feed in snapshotFeeds.Where(feed => feed.Source == run.Source))
        {
            await TakeReleased(run, feed, progress, cancellationToken);
            await TakeSnapshots(run, feed, progress, cancellationToken);
        }
    }

    private async Task TakeRecords(Run run, CancellationToken cancellationToken)
    {
        foreach (var feed in recordFeeds.Where(feed => feed.Source == run.Source))
        {
            foreach (var type in feed.Types)
            {
                var name = $"API_{type}_{HubCalendar.DayOf(run.AsOf):yyyyMMdd}";
                await Try(run.RunId, name, () => records.Take(run.RunId, feed, type, name, cancellationToken), cancellationToken);
            }
        }
    }

    // Work beside the nights is a run of its own, so that it adds up like one. A night it finds interrupted goes on with it.
    private async Task<Guid> RunCare(
        string source, Func<Run, ISnapshotFeed, Task> take, IProgress<LandingProgress> progress, CancellationToken cancellationToken)
    {
        var feed = snapshotFeeds.FirstOrDefault(known => known.Source == source)
            ?? throw new HubProblemException("configuration.invalid", $"No source {source} is configured.", "Configure it, then try again.");
        await using var exclusive = await SourceLock.Take(database, source, cancellationToken);
        var (run, isResumed) = await StartOrResume(source, cancellationToken);
        if (run.Landed)
        {
            throw new HubProblemException(
                "sync.already_running", $"Run {run.RunId} of {source} is still being processed.", "Wait until it has ended, then try again.");
        }

        await take(run, feed);
        if (isResumed)
            await TakeNight(run, progress, cancellationToken);
        await FinishLanding(run.RunId, cancellationToken);
        return run.RunId;
    }

    // Decided releases come first: they are older than what the night brings.
    private async Task TakeReleased(
        Run run, ISnapshotFeed feed, IProgress<LandingProgress> progress, CancellationToken cancellationToken)
    {
        List<HeldFile> released;
        await using (var work = await database.Begin(cancellationToken))
            released = await HeldFileStore.Releasing(work, feed.Source, run.RunId, cancellationToken);
        foreach (var held in released)
        {
            await Try(
                run.RunId, held.Name,
                () => snapshots.TakeHeld(run.RunId, held, SnapshotOf(held, feed), feed.TranslatorFor, progress, cancellationToken),
                cancellationToken);
        }
    }

    private static Snapshot SnapshotOf(HeldFile held, ISnapshotFeed feed)
    {
        var layouts = feed.LayoutsOf(held.Type);
        if (layouts.Count == 0)
            throw new HubProblemException("layout.invalid", $"{feed.Source} has no layout for {held.Type}.", "Add one, then release the file again.");
        return new Snapshot
        {
            Name = held.Name,
            Area = held.Area,
            Layout = layouts[0],
            OtherLayouts = [.. layouts.Skip(1)],
            Format = held.Format,
            IsDelta = held.IsDelta,
            Manifest = held.Manifest,
            Open = _ => throw new InvalidOperationException("A held file's bytes are in the archive."),
            Finish = (result, token) => feed.Tell(held.Name, result, token),
        };
    }

    private async Task<(Run Run, bool IsResumed)> StartOrResume(string source, CancellationToken cancellationToken)
    {
        await using var work = await database.Begin(cancellationToken);
        if (await RunStore.Unfinished(work, source, cancellationToken) is { } unfinished)
        {
            LogResumed(source, unfinished.RunId);
            return (unfinished, true);
        }

        var now = time.GetUtcNow();
        var runId = await RunStore.Start(work, source, now, now, cancellationToken);
        await work.Commit(cancellationToken);
        LogStarted(source, runId);
        return (new Run { RunId = runId, Source = source, AsOf = now, State = "RUNNING", StartedAt = now }, false);
    }

    private async Task TakeSnapshots(
        Run run, ISnapshotFeed feed, IProgress<LandingProgress> progress, CancellationToken cancellationToken)
    {
        IReadOnlyList<SnapshotSource> offered = [];
        await Try(
            run.RunId, feed.Source,
            () =>
            {
                offered = feed.Offer(HubCalendar.DayOf(run.AsOf));
                return Task.CompletedTask;
            },
            cancellationToken);
        foreach (var source in offered)
        {
            await Try(
                run.RunId, source.Name,
                async () =>
                {
                    var snapshot = await source.Fetch(cancellationToken);
                    await snapshots.Take(run.RunId, snapshot, feed.TranslatorFor, progress, cancellationToken);
                },
                cancellationToken);
        }
    }

    // One partner that does not deliver is noted with its code, and the night goes on with the others.
    private async Task Try(Guid runId, string what, Func<Task> take, CancellationToken cancellationToken)
    {
        try
        {
            await take();
        }
        catch (HubProblemException problem)
        {
            LogProblem(problem, what, problem.Code);
            await using var work = await database.Begin(cancellationToken);
            await RunStore.NoteProblem(work, runId, problem.Code, $"{what}: {problem.Message} {problem.Next}", cancellationToken);
            await work.Commit(cancellationToken);
        }
    }

    private async Task FinishLanding(Guid runId, CancellationToken cancellationToken)
    {
        await using var work = await database.Begin(cancellationToken);
        if (await RunStore.Landed(work, runId, time.GetUtcNow(), cancellationToken))
            await outbox.Send(work, new LinkPeople { RunId = runId }, cancellationToken);
        await work.Commit(cancellationToken);
    }

    [LoggerMessage(LogLevel.Information, "Started the sync of {Source} as run {RunId}.")]
    private partial void LogStarted(string source, Guid runId);

    [LoggerMessage(LogLevel.Information, "Resumed the sync of {Source}, run {RunId}.")]
    private partial void LogResumed(string source, Guid runId);

    [LoggerMessage(LogLevel.Warning, "{What} could not be taken: {Code}.")]
    private partial void LogProblem(Exception problem, string what, string code);
}
