using System.Text.Json;
using IntegrationHub.Bus;
using IntegrationHub.Database;
using IntegrationHub.Telemetry;
using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace IntegrationHub.Outbox;

/// <summary>
/// Moves waiting rows to the bus in batches, oldest first, and commits when the broker has confirmed all of them. A crash
/// in between sends a batch twice, never zero times; tickets absorb the second copy. Woken by NOTIFY when it is idle, looks
/// for itself while it is busy, polls as a fallback.
/// </summary>
internal sealed partial class OutboxRelay(
    HubDatabase database,
    IBus bus,
    MessageCatalogue catalogue,
    HubMetrics metrics,
    IOptions<OutboxOptions> options,
    IOptions<BusOptions> busOptions,
    TimeProvider time,
    ILogger<OutboxRelay> logger) : BackgroundService
{
    private static readonly TimeSpan s_idle = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_promise = TimeSpan.FromSeconds(2);

    private readonly bool _keep = busOptions.Value.Transport == BusTransport.InMemory;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Run(stoppingToken);
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                LogInterrupted(failure);
                await Task.Delay(options.Value.PollInterval, time, stoppingToken);
            }
        }
    }

    private async Task Run(CancellationToken stoppingToken)
    {
        await using var listener = await database.Open(stoppingToken);
        await using (var listen = new NpgsqlCommand($"listen {OutboxStore.Channel}", listener))
            await listen.ExecuteNonQueryAsync(stoppingToken);
        if (_keep)
            await SendAgain(stoppingToken);

        while (!stoppingToken.IsCancellationRequested)
        {
            if (await RelayBatch(stoppingToken) > 0)
                await RelayWhileBusy(stoppingToken);
            await listener.WaitAsync(options.Value.PollInterval, stoppingToken);
        }
    }

    // Where one message comes, more do: for a while the relay looks every few milliseconds, and senders need not ring.
    // Its last look is after its promise has ended, so that who relied on it does not wait for the fallback. All of this
    // is the machine's time, not a trial's.
    private async Task RelayWhileBusy(CancellationToken stoppingToken)
    {
        var clock = TimeProvider.System;
        var found = clock.GetTimestamp();
        long promised = 0;
        while (true)
        {
            var isIdle = clock.GetElapsedTime(found) > s_idle;
            if (!isIdle && (promised == 0 || clock.GetElapsedTime(promised) > s_promise / 2))
            {
                await Promise(stoppingToken);
                promised = clock.GetTimestamp();
            }

            var isOver = isIdle && clock.GetElapsedTime(promised) > s_promise;
            var count = await RelayBatch(stoppingToken);
            if (count > 0)
                found = clock.GetTimestamp();
            else if (isOver)
                return;
            if (count < options.Value.BatchSize)
                await Task.Delay(isIdle ? options.Value.BusyPoll * 10 : options.Value.BusyPoll, clock, stoppingToken);
        }
    }

    private async Task Promise(CancellationToken cancellationToken)
    {
        await using var work = await database.Begin(cancellationToken);
        await OutboxStore.Watch(work, s_promise, cancellationToken);
        await work.Commit(cancellationToken);
    }

    internal async Task<int> RelayBatch(CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        await using var work = await database.Begin(cancellationToken);
        var rows = await OutboxStore.Take(work, options.Value.BatchSize, _keep, time.GetUtcNow(), cancellationToken);
        if (_keep && rows.Count == 0)
            await OutboxStore.ForgetConsumed(work, cancellationToken);

        // Start all, then await all confirms together: ten times faster than one by one (facts.md §1).
        if (!_keep)
            await PutBack(work, await PublishAll(rows, cancellationToken), cancellationToken);
        await work.Commit(cancellationToken);
        if (_keep)
            await ParkKept(await PublishAll(rows, cancellationToken), cancellationToken);

        if (rows.Count > 0)
            metrics.OutboxRelayed(rows.Count, time.GetElapsedTime(started));
        return rows.Count;
    }

    // One message that cannot be told must not stop the others; a broker that takes none is another matter.
    private async Task<List<(OutboxRow Row, Exception Failure)>> PublishAll(
        List<OutboxRow> rows, CancellationToken cancellationToken)
    {
        var told = rows.ConvertAll(row => (Row: row, Task: Publish(row, cancellationToken)));
        try
        {
            await Task.WhenAll(told.Select(one => one.Task));
            return [];
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            var failed = told.Where(one => !one.Task.IsCompletedSuccessfully)
                .Select(one => (one.Row, Failure: one.Task.Exception?.GetBaseException() ?? failure)).ToList();
            if (failed.All(one => one.Failure is PoisonMessageException) || failed.Count < rows.Count)
                return failed;
            throw;
        }
    }

    private Task PutBack(
        HubTransaction work, List<(OutboxRow Row, Exception Failure)> failed, CancellationToken cancellationToken) =>
        failed.Count == 0
            ? Task.CompletedTask
            : OutboxStore.PutBack(work, failed.ConvertAll(one => (one.Row, WhyParked(one.Row, one.Failure))), time.GetUtcNow(), cancellationToken);

    private async Task ParkKept(List<(OutboxRow Row, Exception Failure)> failed, CancellationToken cancellationToken)
    {
        if (failed.Count == 0)
            return;
        await using var work = await database.Begin(cancellationToken);
        await PutBack(work, failed, cancellationToken);
        await work.Commit(cancellationToken);
    }

    // What can never be read is parked at once; what nobody took, such as a queue not yet bound, after some tries.
    private string? WhyParked(OutboxRow row, Exception failure)
    {
        if (failure is not PoisonMessageException && row.Attempts + 1 < options.Value.MostAttempts)
            return null;
        LogParked(row.Id, row.Topic, failure.GetType().Name);
        metrics.OutboxParked();
        return failure is PoisonMessageException ? failure.Message : failure.GetType().Name;
    }

    private async Task Publish(OutboxRow row, CancellationToken cancellationToken)
    {
        var (kind, message) = Read(row);
        var pipe = Pipe.Execute<SendContext>(context =>
        {
            context.MessageId = row.MessageId;
            if (context.TryGetPayload<RabbitMqSendContext>(out var rabbit))
                rabbit.Mandatory = true; // unroutable must fail here, or it is confirmed and lost
        });
        if (row.Endpoint is not { } only)
        {
            await bus.Publish(message, kind.Type, pipe, cancellationToken);
            return;
        }

        // Never an address of a queue: that would declare it anew with other arguments (facts.md §0).
        var endpoint = await bus.GetSendEndpoint(new Uri($"exchange:{only}"));
        await endpoint.Send(message, kind.Type, pipe, cancellationToken);
    }

    private (MessageKind Kind, object Message) Read(OutboxRow row)
    {
        if (!catalogue.TryFind(row.Topic, out var kind))
            throw new PoisonMessageException($"The topic {row.Topic} is not in the catalogue.");
        try
        {
            return JsonSerializer.Deserialize(row.Body, kind.Type, JsonSerializerOptions.Web) is { } message
                ? (kind, message)
                : throw new PoisonMessageException("The message is empty.");
        }
        catch (JsonException)
        {
            throw new PoisonMessageException($"The body is no {row.Topic}.");
        }
    }

    // The in-memory bus forgets what it was given when its process dies; what still has tickets goes again.
    private async Task SendAgain(CancellationToken cancellationToken)
    {
        await using var work = await database.Begin(cancellationToken);
        await OutboxStore.ForgetConsumed(work, cancellationToken);
        await OutboxStore.SendAgain(work, cancellationToken);
        await work.Commit(cancellationToken);
    }

    [LoggerMessage(LogLevel.Warning, "The outbox relay was interrupted; its rows stay waiting.")]
    private partial void LogInterrupted(Exception failure);

    [LoggerMessage(LogLevel.Error, "Outbox row {Id} of {Topic} cannot be told and is parked: {Failure}.")]
    private partial void LogParked(long id, string topic, string failure);

    /// <summary>A message that no try can help.</summary>
    private sealed class PoisonMessageException(string why) : Exception(why);
}
