using Hangfire;
using IntegrationHub.Contracts;
using IntegrationHub.Pipeline;
using Microsoft.Extensions.Logging;

namespace IntegrationHub.Schedules;

/// <summary>
/// The reconciliation Hangfire triggers when the night is over. Givers' books are read once more before, so that what was
/// entered since the night is no difference. It never retries: the next one covers what this could not.
/// </summary>
[AutomaticRetry(Attempts = 0)]
public sealed partial class ReconcileJob(
    NightReconciliation reconciliation, FreshnessWatch freshness, BookPull pull, NightlySync sync, ILogger<ReconcileJob> logger)
{
    public async Task Reconcile(CancellationToken cancellationToken)
    {
        await freshness.Check(sync.Sources, cancellationToken);
        await pull.Pull(cancellationToken);
        try
        {
            await reconciliation.Run(cancellationToken);
        }
        catch (HubProblemException problem) when (problem.Code == "reconcile.already_running")
        {
            LogAlreadyRunning();
        }
    }

    [LoggerMessage(LogLevel.Information, "A reconciliation is running already; this trigger has nothing to do.")]
    private partial void LogAlreadyRunning();
}
