using Hangfire;
using IntegrationHub.Audit;
using IntegrationHub.Contracts;
using Microsoft.Extensions.Logging;

namespace IntegrationHub.Schedules;

/// <summary>Closes the days that have ended and carries their roots out. It never retries: the next one makes what this could not.</summary>
[AutomaticRetry(Attempts = 0)]
public sealed partial class AuditRootJob(AuditRoots roots, ILogger<AuditRootJob> logger)
{
    public async Task Close(CancellationToken cancellationToken)
    {
        try
        {
            var made = await roots.MakeDue(cancellationToken);
            var exported = await roots.Export(folder: null, cancellationToken);
            LogClosed(made.Count, exported);
        }
        catch (HubProblemException problem)
        {
            LogProblem(problem, problem.Code);
        }
    }

    [LoggerMessage(LogLevel.Information, "Closed {Days} days of the audit log and exported {Files} roots.")]
    private partial void LogClosed(int days, int files);

    [LoggerMessage(LogLevel.Error, "The audit log's days could not be closed: {Code}.")]
    private partial void LogProblem(Exception problem, string code);
}
