using IntegrationHub.Contracts.Messages;
using IntegrationHub.Database;
using IntegrationHub.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace IntegrationHub.Subscriptions;

/// <summary>
/// Sends due deliveries: each subscription's in turns, many subscriptions at a time, so that a subscriber that hangs
/// holds up itself only. No transaction is open while the network is used. Woken by NOTIFY, polls as a fallback.
/// </summary>
internal sealed partial class WebhookSender(
    HubDatabase database,
    DeliveryTurns turns,
    Handshakes handshakes,
    IEnumerable<IDeliveryWay> ways,
    IDeliveryCheck check,
    HubMetrics metrics,
    IOptions<SubscriptionOptions> options,
    TimeProvider time,
    ILogger<WebhookSender> logger) : BackgroundService
{
    // What was checked longer ago is checked again before it is sent.
    private static readonly TimeSpan CheckAgainAfter = TimeSpan.FromSeconds(1);

    private readonly SubscriptionOptions _options = options.Value;
    private readonly Dictionary<string, IDeliveryWay> _ways = ways.ToDictionary(way => way.Channel);
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
            foreach (var batch in await turns.Claim(_lanes.Keys, free, [.. _ways.Keys], cancellationToken))
                Start(batch.SubscriptionId, RunLane(batch, cancellationToken));
            free = _options.Lanes - _lanes.Count;
            if (free == 0)
                return;
            foreach (var receiver in await handshakes.Claim(_lanes.Keys, free, cancellationToken))
                Start(receiver.SubscriptionId, handshakes.Ask(receiver, cancellationToken));
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            LogInterrupted(failure);
        }
    }

    private void Start(Guid subscriptionId, Task lane)
    {
        _lanes[subscriptionId] = lane;
        // Rings when the lane is over, not just before: else the dispatcher might still see it running, and sleep.
        _ = lane.ContinueWith(_ => Ring(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    private async Task RunLane(DueBatch batch, CancellationToken cancellationToken)
    {
        await Task.Yield(); // the first part of a lane must not hold up the start of the next
        var results = new List<DeliveryResult>(batch.Deliveries.Count);
        var end = new TurnEnd(results, batch.Health, null) { IsBroken = true };
        try
        {
            try
            {
                end = await SendInOrder(batch, results, cancellationToken);
            }
            finally
            {
                // Also when the host stops: what was delivered must not be sent again.
                if (await turns.End(batch, end, CancellationToken.None))
                    LogDisabled(batch.SubscriptionId, end.ReasonToDisable);
            }
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            LogLaneBroken(failure, batch.SubscriptionId);
        }
    }

    /// <summary>
    /// Sends a batch, as many at a time as the subscriber takes, until one delivery has to be tried again: nothing that
    /// comes after it overtakes it.
    /// </summary>
    private async Task<TurnEnd> SendInOrder(
        DueBatch batch, List<DeliveryResult> results, CancellationToken cancellationToken)
    {
        var route = _ways[batch.Channel].Open(batch);
        var started = time.GetTimestamp();
        var now = time.GetUtcNow();
        var due = batch.Deliveries.TakeWhile(delivery => delivery.NextTryAt <= now).ToList();
        var (checkedAt, instead) = (started, await Instead(due, cancellationToken));
        var health = batch.Health;
        for (var next = 0; next < due.Count && !cancellationToken.IsCancellationRequested; next += route.Window)
        {
            if (time.GetElapsedTime(checkedAt) > CheckAgainAfter)
                (checkedAt, instead) = (time.GetTimestamp(), await Instead(due[next..], cancellationToken));

            var window = due.GetRange(next, Math.Min(route.Window, due.Count - next));
            var sent = await Task.WhenAll(window.Select(delivery => Send(batch, route, delivery, instead, cancellationToken)));
            var isOver = time.GetElapsedTime(started) > _options.BatchTime;
            string? reason = null;
            foreach (var (outcome, result) in sent.OfType<(DeliveryOutcome, DeliveryResult)>())
            {
                results.Add(result);
                health = health.After(outcome, time.GetUtcNow());
                reason ??= health.ReasonToDisable(outcome, time.GetUtcNow(), _options);
                isOver |= result.State == DeliveryDecision.Waiting;
            }

            if (isOver || reason is not null)
                return new TurnEnd(results, health, reason);
        }

        return new TurnEnd(results, health, null);
    }

    /// <summary>Null if the host stopped meanwhile: what is not known to have arrived is sent again.</summary>
    private async Task<(DeliveryOutcome, DeliveryResult)?> Send(
        DueBatch batch, DeliveryRoute route, DueDelivery delivery, IReadOnlyDictionary<Guid, HubEvent> instead,
        CancellationToken cancellationToken)
    {
        var isReplaced = instead.TryGetValue(delivery.EventId, out var other);
        var body = isReplaced ? EventEnvelope.Write(other!, delivery.Sequence) : delivery.Body; // found just above
        var started = time.GetTimestamp();
        try
        {
            var outcome = await route.Send(delivery, body, cancellationToken);
            var result = DeliveryDecision.After(
                batch.SubscriptionId, delivery, outcome, time.GetElapsedTime(started), time.GetUtcNow(),
                Random.Shared.NextDouble());
            if (isReplaced)
                result = result with { Outcome = $"{result.Outcome} as withdrawn" };
            Note(batch, result);
            return (outcome, result);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private Task<IReadOnlyDictionary<Guid, HubEvent>> Instead(
        IReadOnlyList<DueDelivery> deliveries, CancellationToken cancellationToken) =>
        check.Instead([.. deliveries.Select(one => new WaitingEvent(one.EventId, one.Body))], cancellationToken);

    private void Note(DueBatch batch, DeliveryResult result)
    {
        metrics.Delivered(batch.SubscriptionId, result.Took, result.Waited, result.State switch
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

    [LoggerMessage(LogLevel.Warning, "Subscription {SubscriptionId} is disabled, its events wait: {Reason}.")]
    private partial void LogDisabled(Guid subscriptionId, string? reason);

    [LoggerMessage(LogLevel.Warning, "A batch of {SubscriptionId} was broken off; its rest waits for its lease.")]
    private partial void LogLaneBroken(Exception failure, Guid subscriptionId);

    [LoggerMessage(LogLevel.Warning, "Webhook sending was interrupted; deliveries stay waiting.")]
    private partial void LogInterrupted(Exception failure);

    [LoggerMessage(LogLevel.Warning, "Webhook sending cannot hear of new deliveries and polls until it can.")]
    private partial void LogDeaf(Exception failure);
}
