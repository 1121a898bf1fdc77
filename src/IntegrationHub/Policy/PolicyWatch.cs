using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace IntegrationHub.Policy;

/// <summary>
/// Keeps a running process up to date with the published rules: a version is noticed within two seconds, well inside the
/// five that are promised, and no decision waits for it.
/// </summary>
internal sealed partial class PolicyWatch(PolicyBook book, ILogger<PolicyWatch> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every);
        do
        {
            try
            {
                if (await book.Refresh(stoppingToken))
                    LogRead(book.All.Count);
            }
            catch (Exception failure) when (failure is NpgsqlException or Database.DatabaseUnreachableException)
            {
                LogInterrupted(failure.GetType().Name); // the rules known so far stay good
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(LogLevel.Information, "The policy has {Count} versions.")]
    private partial void LogRead(int count);

    [LoggerMessage(LogLevel.Warning, "The policy versions could not be read ({Failure}); trying again.")]
    private partial void LogInterrupted(string failure);
}
