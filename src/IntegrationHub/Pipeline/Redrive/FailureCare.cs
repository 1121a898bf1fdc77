using System.ComponentModel.DataAnnotations;
using IntegrationHub.Bus;
using IntegrationHub.Database;
using IntegrationHub.Failures;
using IntegrationHub.Outbox;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace IntegrationHub.Pipeline.Redrive;

public sealed class FailureCareOptions
{
    /// <summary>How often failures are looked after while there is nothing to do.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:05:00")]
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromMilliseconds(500);
}

[OptionsValidator]
internal sealed partial class FailureCareOptionsValidator : IValidateOptions<FailureCareOptions>;

/// <summary>
/// What happens to failures without a person: re-drives go on, due failures are sent again, what went is closed, counts are
/// folded. Each is a short transaction of its own; any number of these may run.
/// </summary>
internal sealed partial class FailureCare(
    HubDatabase database, RedriveDriver driver, EndpointCatalogue endpoints, IOptions<FailureCareOptions> options, TimeProvider time,
    ILogger<FailureCare> logger) : BackgroundService
{
    private const int Batch = 500;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var gotOn = false;
            try
            {
                gotOn = await LookAfter(stoppingToken);
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                LogInterrupted(failure);
            }

            // Real time: in a trial the hub's clock may stand still.
            await Task.Delay(gotOn ? TimeSpan.FromMilliseconds(20) : options.Value.PollInterval, stoppingToken);
        }
    }

    /// <summary>One round. True when something got on.</summary>
    internal async Task<bool> LookAfter(CancellationToken cancellationToken)
    {
        var gotOn = false;
        foreach (var operation in await driver.Drivable(cancellationToken))
            gotOn |= await driver.Step(operation, cancellationToken);
        gotOn |= await SendDue(cancellationToken) == Batch;
        await CloseWhatWent(cancellationToken);
        await Fold(cancellationToken);
        return gotOn;
    }

    private async Task<int> SendDue(CancellationToken cancellationToken)
    {
        await using var work = await database.Begin(cancellationToken);
        var due = await RetryStore.TakeDue(work, Batch, time.GetUtcNow(), cancellationToken);
        if (due.Count == 0)
            return 0;
        var messages = await FailureReading.Bodies(work, due, cancellationToken);
        await driver.Publish(work, [.. messages.OrderBy(one => one.FailureId)], cancellationToken);
        await work.Commit(cancellationToken);
        return due.Count;
    }

    // Of a message that was sent again by the schedule, the ticket tells that it took effect.
    private async Task CloseWhatWent(CancellationToken cancellationToken)
    {
        var after = 0L;
        while (true)
        {
            await using var work = await database.Begin(cancellationToken);
            var sent = await RetryStore.Sent(work, after, Batch, cancellationToken);
            if (sent.Count == 0)
                return;
            var known = sent.Where(one => endpoints.TryFind(one.Endpoint, out _)).ToList();
            var waiting = await MessageOutbox.StillWaiting(
                work, known.ConvertAll(one => (one.MessageId, ConsumerOf(one.Endpoint))), cancellationToken);
            long[] gone =
            [
                .. known.Where(one => !waiting.Contains((one.MessageId, ConsumerOf(one.Endpoint)))).Select(one => one.FailureId),
            ];
            await FailureStore.Close(work, gone, FailureState.Resolved, "hub", "sent again", time.GetUtcNow(), cancellationToken);
            await work.Commit(cancellationToken);
            after = sent[^1].FailureId;
        }
    }

    private async Task Fold(CancellationToken cancellationToken)
    {
        await using var work = await database.Begin(cancellationToken);
        await RetryStore.Fold(work, cancellationToken);
        await work.Commit(cancellationToken);
    }

    private string ConsumerOf(string endpoint) => endpoints.TryFind(endpoint, out var known) ? known.Consumer : "";

    [LoggerMessage(LogLevel.Warning, "Looking after failures was interrupted; it goes on.")]
    private partial void LogInterrupted(Exception failure);
}
