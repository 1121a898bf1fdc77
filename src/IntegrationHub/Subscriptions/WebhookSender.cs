using System.Text;
using IntegrationHub.Contracts.Messages;
using IntegrationHub.Database;
using IntegrationHub.Protection;
using IntegrationHub.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace IntegrationHub.Subscriptions;

/// <summary>
/// Sends due deliveries: each subscription's one after another, many subscriptions at a time, so that a subscriber that
/// hangs holds up itself only. No transaction is open while the network is used. Woken by NOTIFY, polls as a fallback.
/// </summary>
internal sealed partial class WebhookSender(
    HubDatabase database,
    WebhookClient client,
    IDeliveryCheck check,
    Keyring keyring,
    HubMetrics metrics,
    IOptions<SubscriptionOptions> options,
    TimeProvider time,
    ILogger<WebhookSender> logger) : BackgroundService
{
    // What was checked longer ago is checked again before it is sent.
    private static readonly TimeSpan CheckAgainAfter = TimeSpan.FromSeconds(1);

    private readonly SubscriptionOptions _options = options.Value;
    private readonly Dictionary<Guid, Task> _lanes = [];
    private readonly SemaphoreSlim _bell = new(0);

    public override void Dispose()
    {
        _bell.Dispose();
        base.Dispose();
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Listen(stoppingToken), Dispatch(stoppingToken));

    private async Task Listen(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var listener = await database.Open(stoppingToken);
                await using (var listen = new NpgsqlCommand($"listen {DeliveryStore.Channel}", listener))
                    await listen.ExecuteNonQueryAsync(stoppingToken);
                while (!stoppingToken.IsCancellationRequested)
                {
                    Ring();
                    await listener.WaitAsync(stoppingToken);
                }
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                LogDeaf(failure);
                await Task.Delay(_options.PollInterval, time, stoppingToken);
            }
        }
    }

    private async Task Dispatch(CancellationToken stoppingToken)
    {
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                await StartLanes(stoppingToken);
                await _bell.WaitAsync(_options.PollInterval, stoppingToken);
            }
        }
        finally
        {
            await Task.WhenAll(_lanes.Values);
        }
    }

    private async Task StartLanes(CancellationToken cancellationToken)
    {
        foreach (var ended in _lanes.Where(lane => lane.Value.IsCompleted).ToList())
            _lanes.Remove(ended.Key);
        var free = _options.Lanes - _lanes.Count;
        if (free == 0)
            return; // a lane that ends rings
        try
        {
            foreach (var batch in await Claim(free, cancellationToken))
                Start(batch, cancellationToken);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            LogInterrupted(failure);
        }
    }

    private void Start(DueBatch batch, CancellationToken cancellationToken)
    {
        var lane = RunLane(batch, cancellationToken);
        _lanes[batch.SubscriptionId] = lane;
        // Rings when the lane is over, not just before: else the dispatcher might still see it running, and sleep.
        _ = lane.ContinueWith(_ => Ring(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    private async Task<List<DueBatch>> Claim(int free, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var work = await database.Begin(cancellationToken);
        var request = new ClaimRequest
        {
            Except = [.. _lanes.Keys],
            Subscriptions = free,
            Failing = Math.Max(1, free / 2),
            DeliveriesEach = _options.BatchSize,
            Now = now,
            LeasedUntil = now + _options.Lease,
        };
        var batches = await DeliveryStore.Claim(work, request, cancellationToken);
        await work.Commit(cancellationToken);
        return batches;
    }

    private async Task RunLane(DueBatch batch, CancellationToken cancellationToken)
    {
        var results = new List<DeliveryResult>(batch.Deliveries.Count);
        try
        {
            try
            {
                await SendInOrder(batch, results, cancellationToken);
            }
            finally
            {
                await WriteBack(results); // also when the host stops: what was delivered must not be sent again
            }
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            LogLaneBroken(failure, batch.SubscriptionId);
        }
    }

    /// <summary>Sends a batch until one delivery has to be tried again: nothing overtakes it.</summary>
    private async Task SendInOrder(DueBatch batch, List<DeliveryResult> results, CancellationToken cancellationToken)
    {
        var target = new Uri(batch.Url);
        var secret = keyring.OpenFromStore(batch.SealedSecret);
        var started = time.GetTimestamp();
        var (checkedAt, instead) = (started, await Instead(batch.Deliveries, cancellationToken));
        foreach (var delivery in batch.Deliveries)
        {
            if (time.GetElapsedTime(checkedAt) > CheckAgainAfter)
            {
                var left = batch.Deliveries.Where(one => one.Sequence >= delivery.Sequence).ToList();
                (checkedAt, instead) = (time.GetTimestamp(), await Instead(left, cancellationToken));
            }

            var isReplaced = instead.TryGetValue(delivery.EventId, out var other);
            var body = isReplaced ? EventEnvelope.Write(other!, delivery.Sequence) : delivery.Body; // found just above
            var outcome = await client.Post(
                target, secret, delivery.EventId, Encoding.UTF8.GetBytes(body), cancellationToken);
            var result = DeliveryDecision.After(
                batch.SubscriptionId, delivery, outcome, time.GetUtcNow(), Random.Shared.NextDouble());
            if (isReplaced)
                result = result with { Outcome = $"{result.Outcome} as withdrawn" };
            Note(result);
            results.Add(result);
            if (result.State == DeliveryDecision.Waiting || time.GetElapsedTime(started) > _options.BatchTime)
                break;
        }
    }

    private Task<IReadOnlyDictionary<Guid, HubEvent>> Instead(
        IReadOnlyList<DueDelivery> deliveries, CancellationToken cancellationToken) =>
        check.Instead([.. deliveries.Select(one => new WaitingEvent(one.EventId, one.Body))], cancellationToken);

    private async Task WriteBack(List<DeliveryResult> results)
    {
        if (results.Count == 0)
            return;
        await using var work = await database.Begin(CancellationToken.None);
        await DeliveryStore.WriteBack(work, results, CancellationToken.None);
        await work.Commit(CancellationToken.None);
    }

    private void Note(DeliveryResult result)
    {
        metrics.Delivered(result.State switch
        {
            DeliveryDecision.Delivered => "delivered",
            DeliveryDecision.Parked => "parked",
            _ => "try-again",
        });
        if (result.State == DeliveryDecision.Waiting)
            LogTryAgain(result.SubscriptionId, result.Sequence, result.Outcome);
        else if (result.State == DeliveryDecision.Parked)
            LogParked(result.SubscriptionId, result.Sequence, result.Outcome);
    }

    private void Ring()
    {
        if (_bell.CurrentCount == 0)
            _bell.Release();
    }

    [LoggerMessage(LogLevel.Information, "Delivery {Sequence} of {SubscriptionId} is tried again later: {Outcome}.")]
    private partial void LogTryAgain(Guid subscriptionId, long sequence, string outcome);

    [LoggerMessage(LogLevel.Warning, "Delivery {Sequence} of {SubscriptionId} is parked: {Outcome}.")]
    private partial void LogParked(Guid subscriptionId, long sequence, string outcome);

    [LoggerMessage(LogLevel.Warning, "A batch of {SubscriptionId} was broken off; its rest waits for its lease.")]
    private partial void LogLaneBroken(Exception failure, Guid subscriptionId);

    [LoggerMessage(LogLevel.Warning, "Webhook sending was interrupted; deliveries stay waiting.")]
    private partial void LogInterrupted(Exception failure);

    [LoggerMessage(LogLevel.Warning, "Webhook sending cannot hear of new deliveries and polls until it can.")]
    private partial void LogDeaf(Exception failure);
}
