using IntegrationHub.Audit;
using IntegrationHub.Contracts.Messages;
using IntegrationHub.Database;
using IntegrationHub.Outbox;
using IntegrationHub.Telemetry;

namespace IntegrationHub.Subscriptions;

/// <summary>
/// Moves subscriptions from state to state. Whoever moves one, it is told to the organisation, counted for the operator
/// and written in the audit trail, in the transaction of the move.
/// </summary>
internal sealed class SubscriptionMoves(MessageOutbox outbox, HubMetrics metrics, TimeProvider time)
{
    public const string Hub = "hub";

    internal const string MoveSql = """
        update subscriptions.subscription
           set state        = $2
             , state_reason = nullif($3, '')
             , state_since  = $4
             , verified_at  = case $2 when 'ACTIVE' then coalesce(verified_at, $4) else verified_at end
             , version      = version + 1
         where subscription_id = $1
           and state = any ($5)
        """;

    /// <summary>False if the subscription is in none of the states it may be moved from; then nothing happened.</summary>
    public async Task<bool> Move(
        HubTransaction work, StateChange change, string[] from, string actor, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var isMoved = await work.Execute(
            MoveSql,
            [
                Parameter.As(change.SubscriptionId), Parameter.Text(change.State), Parameter.Text(change.Reason),
                Parameter.Instant(now), Parameter.As(from),
            ],
            cancellationToken) == 1;
        if (!isMoved)
            return false;
        var told = new EventsRecorded { Events = [SubscriberEvents.ChangeOf(change, now)] };
        await outbox.Send(work, told, cancellationToken);
        var fact = new AuditFact(
            actor, "subscription.state", change.SubscriptionId.ToString(), new { state = change.State, reason = change.Reason });
        await AuditLog.Append(work, fact, time, cancellationToken);
        metrics.SubscriptionMoved(change.State);
        return true;
    }
}
