using Hangfire;
using IntegrationHub.Pipeline;
using Microsoft.Extensions.Logging;

namespace IntegrationHub.Schedules;

/// <summary>Tells which consents ended with the day. It never retries: what it did not tell, the next one tells.</summary>
[AutomaticRetry(Attempts = 0)]
public sealed partial class ConsentClockJob(ConsentClock clock, ILogger<ConsentClockJob> logger)
{
    public async Task Tell(CancellationToken cancellationToken) => LogTold(await clock.Tell(cancellationToken));

    [LoggerMessage(LogLevel.Information, "{Count} consents have ended with the day.")]
    private partial void LogTold(int count);
}
