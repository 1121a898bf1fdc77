using Hangfire;
using IntegrationHub.Contracts;
using IntegrationHub.Intake;
using Microsoft.Extensions.Logging;

namespace IntegrationHub.Schedules;

/// <summary>
/// What Hangfire triggers. It never retries: a sync that stopped goes on from what was committed, by the next trigger or
/// the next start of a worker. Arguments are source names, because the job tables are readable.
/// </summary>
[AutomaticRetry(Attempts = 0)]
public sealed partial class NightJobs(NightlySync sync, ILogger<NightJobs> logger)
{
    private static readonly Progress<LandingProgress> Nobody = new();

    public async Task SyncAll(CancellationToken cancellationToken)
    {
        foreach (var source in sync.Sources)
            await Sync(source, cancellationToken);
    }

    public async Task Sync(string source, CancellationToken cancellationToken)
    {
        try
        {
            await sync.Run(source, Nobody, cancellationToken);
        }
        catch (HubProblemException problem) when (problem.Code == "sync.already_running")
        {
            LogAlreadyRunning(source);
        }
    }

    [LoggerMessage(LogLevel.Information, "A sync of {Source} is running already; this trigger has nothing to do.")]
    private partial void LogAlreadyRunning(string source);
}
