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
        var run = await StartOrResume(source, cancellationToken);
        if (run.Landed)
            return run.RunId;
        foreach (var feed in recordFeeds.Where(feed => feed.Source == source))
        {
            foreach (var type in feed.Types)
            {
                var name = $"API_{type}_{HubCalendar.DayOf(run.AsOf):yyyyMMdd}";
                await Try(run.RunId, name, () => records.Take(run.RunId, feed, type, name, cancellationToken), cancellationToken);
            }
        }

        foreach (var feed in snapshotFeeds.Where(feed => feed.Source == source))
            await TakeSnapshots(run, feed, progress, cancellationToken);
        await FinishLanding(run.RunId, cancellationToken);
        return run.RunId;
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

    private async Task<Run> StartOrResume(string source, CancellationToken cancellationToken)
    {
        await using var work = await database.Begin(cancellationToken);
        if (await RunStore.Unfinished(work, source, cancellationToken) is { } unfinished)
        {
            LogResumed(source, unfinished.RunId);
            return unfinished;
        }

        var now = time.GetUtcNow();
        var runId = await RunStore.Start(work, source, now, now, cancellationToken);
        await work.Commit(cancellationToken);
        LogStarted(source, runId);
        return new Run { RunId = runId, Source = source, AsOf = now, State = "RUNNING", StartedAt = now };
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
            await outbox.Send(work, new RouteNeeds { RunId = runId }, cancellationToken);
        await work.Commit(cancellationToken);
    }

    [LoggerMessage(LogLevel.Information, "Started the sync of {Source} as run {RunId}.")]
    private partial void LogStarted(string source, Guid runId);

    [LoggerMessage(LogLevel.Information, "Resumed the sync of {Source}, run {RunId}.")]
    private partial void LogResumed(string source, Guid runId);

    [LoggerMessage(LogLevel.Warning, "{What} could not be taken: {Code}.")]
    private partial void LogProblem(Exception problem, string what, string code);
}
