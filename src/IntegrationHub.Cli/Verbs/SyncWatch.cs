using Hangfire;
using IntegrationHub.Contracts;
using IntegrationHub.Database;
using IntegrationHub.Failures;
using IntegrationHub.Intake;
using IntegrationHub.Schedules;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;

namespace IntegrationHub.Cli.Verbs;

/// <summary>Starts a run, here or on a worker, and waits until its last chunk is through the stations, showing how far it is.</summary>
internal static class SyncWatch
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(200);

    /// <summary>How long a run may stand still before the watcher says that nobody is working on it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <summary>How long it may stand still before the watcher looks whether one of its messages has failed for good.</summary>
    private static readonly TimeSpan ShortPatience = TimeSpan.FromSeconds(10);

    public static Task<RunReport> Run(
        IServiceProvider services, string source, bool onWorker, bool forPerson, CancellationToken cancellationToken) =>
        Run(
            services,
            onWorker
                ? (_, _) => StartOnWorker(services, source, cancellationToken)
                : (sync, reporter) => sync.Run(source, reporter, cancellationToken),
            forPerson, cancellationToken);

    /// <summary>Watches any run that <paramref name="start"/> begins.</summary>
    public static Task<RunReport> Run(
        IServiceProvider services, Func<NightlySync, IProgress<LandingProgress>, Task<Guid>> start, bool forPerson,
        CancellationToken cancellationToken) =>
        !forPerson || Console.IsErrorRedirected
            ? RunAndWait(services, start, (_, _, _) => { }, cancellationToken)
            : Watched(services, start, cancellationToken);

    private static async Task<RunReport> Watched(
        IServiceProvider services, Func<NightlySync, IProgress<LandingProgress>, Task<Guid>> start, CancellationToken cancellationToken)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        RunReport? report = null;
        await console.Progress().StartAsync(async context =>
        {
            var tasks = new Dictionary<string, ProgressTask>();
            report = await RunAndWait(
                services, start,
                (what, done, total) =>
                {
                    if (!tasks.TryGetValue(what, out var task))
                        tasks[what] = task = context.AddTask(Markup.Escape(what));
                    task.MaxValue = Math.Max(1, total);
                    task.Value = done;
                },
                cancellationToken);
        });
        return report ?? throw new InvalidOperationException("The watched run gave no report.");
    }

    private static async Task<RunReport> RunAndWait(
        IServiceProvider services, Func<NightlySync, IProgress<LandingProgress>, Task<Guid>> start, Action<string, long, long> show,
        CancellationToken cancellationToken)
    {
        var runId = await start(services.GetRequiredService<NightlySync>(), new Reporter(show));
        var database = services.GetRequiredService<HubDatabase>();
        var (lastDone, stillSince) = (-1, Environment.TickCount64);
        while (true)
        {
            await using (var work = await database.Begin(cancellationToken))
            {
                var run = await RunStore.Find(work, runId, cancellationToken)
                    ?? throw new HubProblemException("sync.not_found", $"Run {runId} is gone.", "See `hub sync list`.");
                show("processing", run.ChunksDone, run.ChunksLanded);
                if (run.State != "RUNNING")
                    return await RunReport.Of(work, run, cancellationToken);
                if (run.ChunksDone != lastDone)
                    (lastDone, stillSince) = (run.ChunksDone, Environment.TickCount64);
            }

            if (Environment.TickCount64 - stillSince > ShortPatience.TotalMilliseconds)
                await RefuseIfInFailures(database, runId, cancellationToken);
            if (Environment.TickCount64 - stillSince > Patience.TotalMilliseconds)
            {
                throw new HubProblemException(
                    "sync.stalled", $"Run {runId} has not moved for {Patience.TotalMinutes:0} minutes.",
                    "Check that a worker runs with the roles pipeline and relay; the run goes on when it does.");
            }

            await Task.Delay(Poll, cancellationToken);
        }
    }

    private static async Task RefuseIfInFailures(HubDatabase database, Guid runId, CancellationToken cancellationToken)
    {
        await using var work = await database.Begin(cancellationToken);
        if (await FailureStore.Open(work, cancellationToken) is > 0 and var open)
        {
            throw new HubProblemException(
                "sync.in_failures", $"Run {runId} stands still and {open} messages are in Failures.",
                "See the worker's log and the failures; when the cause is gone the run goes on.");
        }
    }

    private static async Task<Guid> StartOnWorker(IServiceProvider services, string source, CancellationToken cancellationToken)
    {
        var database = services.GetRequiredService<HubDatabase>();
        var before = await Newest(database, source, cancellationToken);
        services.GetRequiredService<IBackgroundJobClient>()
            .Enqueue<NightJobs>(ScheduleServices.Queue, night => night.Sync(source, CancellationToken.None));
        var started = Environment.TickCount64;
        while (Environment.TickCount64 - started < Patience.TotalMilliseconds)
        {
            if (await Newest(database, source, cancellationToken) is { } run && (run.RunId != before?.RunId || run.State == "RUNNING"))
                return run.RunId;
            await Task.Delay(Poll, cancellationToken);
        }

        throw new HubProblemException(
            "sync.no_worker", "No worker took the run up.", "Start a worker with the role jobs.");
    }

    private static async Task<Run?> Newest(HubDatabase database, string source, CancellationToken cancellationToken)
    {
        await using var work = await database.Begin(cancellationToken);
        return (await RunStore.Recent(work, 20, cancellationToken)).FirstOrDefault(run => run.Source == source);
    }

    private sealed class Reporter(Action<string, long, long> show) : IProgress<LandingProgress>
    {
        public void Report(LandingProgress value) => show(value.File, value.Done, value.Total);
    }
}
