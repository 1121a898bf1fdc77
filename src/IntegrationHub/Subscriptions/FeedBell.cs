using IntegrationHub.Database;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace IntegrationHub.Subscriptions;

/// <summary>
/// Wakes the readers of feeds when there is something for them. One connection listens for all of them, and one question
/// finds out whom a notification concerns, however many wait.
/// </summary>
public sealed partial class FeedBell(HubDatabase database, TimeProvider time, ILogger<FeedBell> logger) : BackgroundService
{
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly HashSet<Sleeper> _sleepers = [];

    internal const string LastSql = """
        select subscription_id, last_sequence
          from subscriptions.subscription
         where subscription_id = any ($1)
        """;

    /// <summary>Waits until the subscription's sequence has gone past a number, at most so long. True if it has.</summary>
    public async Task<bool> Wait(Guid subscriptionId, long past, TimeSpan atMost, CancellationToken cancellationToken)
    {
        var sleeper = new Sleeper(subscriptionId, past);
        lock (_gate)
            _sleepers.Add(sleeper);
        try
        {
            // What was committed between the reader's question and its lying down.
            await Wake([sleeper], cancellationToken);
            await sleeper.Woken.Task.WaitAsync(atMost, time, cancellationToken);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
        finally
        {
            lock (_gate)
                _sleepers.Remove(sleeper);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
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
                    await Wake(All(), stoppingToken);
                    await listener.WaitAsync(stoppingToken);
                }
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                LogDeaf(failure.GetType().Name);
                await Task.Delay(AfterFailure, stoppingToken);
            }
        }
    }

    private Sleeper[] All()
    {
        lock (_gate)
            return [.. _sleepers];
    }

    private async Task Wake(Sleeper[] sleepers, CancellationToken cancellationToken)
    {
        if (sleepers.Length == 0)
            return;
        await using var work = await database.Begin(cancellationToken);
        var ids = sleepers.Select(sleeper => sleeper.SubscriptionId).Distinct().ToArray();
        var last = (await work.Query(
            LastSql, [Parameter.As(ids)], row => (Id: row.GetGuid(0), Last: row.GetInt64(1)), cancellationToken))
            .ToDictionary(row => row.Id, row => row.Last);
        foreach (var sleeper in sleepers.Where(sleeper => last.GetValueOrDefault(sleeper.SubscriptionId) > sleeper.Past))
            sleeper.Woken.TrySetResult();
    }

    [LoggerMessage(LogLevel.Warning, "The feed cannot hear of new events: {Failure}. Readers get them when they ask again.")]
    private partial void LogDeaf(string failure);

    private sealed record Sleeper(Guid SubscriptionId, long Past)
    {
        public TaskCompletionSource Woken { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        // Each is another, though they wait for the same.
        public bool Equals(Sleeper? other) => ReferenceEquals(this, other);

        public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);
    }
}
