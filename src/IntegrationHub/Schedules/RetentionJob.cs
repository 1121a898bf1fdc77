using Hangfire;
using IntegrationHub.Contracts;
using IntegrationHub.Pipeline.Rights;
using Microsoft.Extensions.Logging;

namespace IntegrationHub.Schedules;

/// <summary>Ends what its time has ended for, once a day. It never retries: what it could not do the next one does.</summary>
[AutomaticRetry(Attempts = 0)]
public sealed partial class RetentionJob(RetentionRun retention, ILogger<RetentionJob> logger)
{
    public async Task Run(CancellationToken cancellationToken)
    {
        try
        {
            var lines = await retention.Run(isDry: false, cancellationToken);
            LogDone(lines.Sum(line => line.Gone));
        }
        catch (HubProblemException problem)
        {
            LogProblem(problem, problem.Code);
        }
    }

    [LoggerMessage(LogLevel.Information, "Retention ended {Count} things.")]
    private partial void LogDone(long count);

    [LoggerMessage(LogLevel.Error, "Retention did not run: {Code}.")]
    private partial void LogProblem(Exception problem, string code);
}
