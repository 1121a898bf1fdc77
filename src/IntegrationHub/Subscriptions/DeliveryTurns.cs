using IntegrationHub.Database;
using Microsoft.Extensions.Options;

namespace IntegrationHub.Subscriptions;

/// <summary>What was sent in a turn, and how the subscription is after it.</summary>
internal sealed record TurnEnd(IReadOnlyList<DeliveryResult> Results, SubscriptionHealth Health, string? ReasonToDisable)
{
    /// <summary>A turn that broke keeps its lease to the end: what broke it would break the next one at once.</summary>
    public bool IsBroken { get; init; }
}

/// <summary>The beginning and the end of turns, each one short transaction: none is open while the network is used.</summary>
internal sealed class DeliveryTurns(
    HubDatabase database, SubscriptionMoves moves, IOptions<SubscriptionOptions> options, TimeProvider time)
{
    private readonly SubscriptionOptions _options = options.Value;

    public async Task<List<DueBatch>> Claim(
        IReadOnlyCollection<Guid> busy, int free, IReadOnlyList<string> channels, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var work = await database.Begin(cancellationToken);
        var request = new ClaimRequest
        {
            Except = busy,
            Subscriptions = free,
            Failing = Math.Max(1, free / 2),
            DeliveriesEach = _options.BatchSize,
            Now = now,
            LeasedUntil = ToMicroseconds(now + _options.Lease),
            Channels = channels,
        };
        var batches = await DeliveryStore.Claim(work, request, cancellationToken);
        await work.Commit(cancellationToken);
        return batches;
    }

    /// <summary>True if the subscription was disabled with it.</summary>
    public async Task<bool> End(DueBatch batch, TurnEnd end, CancellationToken cancellationToken)
    {
        await using var work = await database.Begin(cancellationToken);
        // The subscription's row before the rows of its deliveries, as everywhere.
        var isDisabled = end.ReasonToDisable is { } reason && await moves.Move(
            work, new StateChange(batch.SubscriptionId, batch.Uscc, SubscriptionState.Disabled, reason),
            [SubscriptionState.Active], SubscriptionMoves.Hub, cancellationToken);
        if (end.Results.Count > 0)
            await DeliveryStore.WriteBack(work, end.Results, cancellationToken);
        if (!end.IsBroken)
        {
            await DeliveryStore.EndTurn(
                work, new TurnResult(batch.SubscriptionId, batch.LeasedUntil, end.Health), cancellationToken);
        }

        await work.Commit(cancellationToken);
        return isDisabled;
    }

    // As PostgreSQL keeps it, because the lease is known again by it.
    private static DateTimeOffset ToMicroseconds(DateTimeOffset at) => at.AddTicks(-(at.Ticks % TimeSpan.TicksPerMicrosecond));
}
