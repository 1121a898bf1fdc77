using IntegrationHub.Contracts;
using IntegrationHub.Reconciliation;
using Microsoft.Extensions.Logging;

namespace IntegrationHub.Schedules;

/// <summary>Reads givers' books to their end and waits a while until what came is processed: a comparison right after finds only what is amiss.</summary>
public sealed partial class BookPull(NightlySync sync, IEnumerable<IPartnerBook> books, TimeProvider time, ILogger<BookPull> logger)
{
    private static readonly TimeSpan s_longest = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(500);

    public async Task Pull(CancellationToken cancellationToken)
    {
        foreach (var source in books.Where(book => book.Role == BookRole.Giver).Select(book => book.Source).Intersect(sync.Sources))
        {
            try
            {
                var runId = await sync.RunBook(source, cancellationToken);
                var began = time.GetTimestamp();
                while (!await sync.IsDone(runId, cancellationToken) && time.GetElapsedTime(began) < s_longest)
                    await Task.Delay(s_pause, time, cancellationToken);
            }
            catch (HubProblemException problem) when (problem.Code == "sync.already_running")
            {
                LogBusy(source);
            }
        }
    }

    [LoggerMessage(LogLevel.Information, "{Source} is being read already; the comparison goes on without reading it once more.")]
    private partial void LogBusy(string source);
}
