using IntegrationHub.Database;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace IntegrationHub.Subscriptions;

/// <summary>A receiver that has not agreed to be called yet.</summary>
internal sealed record PendingReceiver(Guid SubscriptionId, string Uscc, string Url, int Failed);

/// <summary>
/// Asks receivers for their agreement before anything is sent to them. One that does not answer is asked again with the
/// pauses of a delivery, and after the last of them its subscription is disabled.
/// </summary>
internal sealed partial class Handshakes(
    HubDatabase database,
    WebhookClient client,
    SubscriptionMoves moves,
    IOptions<SubscriptionOptions> options,
    TimeProvider time,
    ILogger<Handshakes> logger)
{
    internal const string ClaimSql = """
        with due as (
            select t.subscription_id, s.uscc, s.url
              from subscriptions.turn t
              join subscriptions.subscription s on s.subscription_id = t.subscription_id
             where s.state = 'PENDING'
               and s.channel = 'WEBHOOK'
               and t.handshake_at <= $1
               and t.leased_until <= $1
               and t.subscription_id <> all ($2)
             order by t.handshake_at
             limit $3
               for update of t skip locked
        )
        update subscriptions.turn t
           set leased_until = $4
          from due
         where t.subscription_id = due.subscription_id
        returning t.subscription_id, due.uscc, due.url, t.handshakes
        """;

    internal const string AnsweredSql = """
        update subscriptions.turn t
           set leased_until = '-infinity'
             , handshakes   = $2
             , handshake_at = $3
          from subscriptions.subscription s
         where t.subscription_id = $1
           and s.subscription_id = t.subscription_id
           and s.url = $4
        """;

    internal const string ReasonSql = """
        update subscriptions.subscription
           set state_reason = $2
         where subscription_id = $1
           and state = 'PENDING'
           and url = $3
        """;

    public async Task<List<PendingReceiver>> Claim(
        IReadOnlyCollection<Guid> busy, int free, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var work = await database.Begin(cancellationToken);
        var pending = await work.Query(
            ClaimSql,
            [
                Parameter.Instant(now), Parameter.As(busy.ToArray()), Parameter.As(free),
                Parameter.Instant(now + options.Value.Lease),
            ],
            row => new PendingReceiver(row.GetGuid(0), row.GetString(1), row.GetString(2), row.GetInt32(3)), cancellationToken);
        await work.Commit(cancellationToken);
        return pending;
    }

    public async Task Ask(PendingReceiver receiver, CancellationToken cancellationToken)
    {
        try
        {
            var refusal = await client.Ask(new Uri(receiver.Url), cancellationToken);
            await Note(receiver, refusal, cancellationToken);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            LogBroken(failure, receiver.SubscriptionId);
        }
        catch (OperationCanceledException)
        {
            // The host stops; its lease ends by itself.
        }
    }

    private async Task Note(PendingReceiver receiver, string? refusal, CancellationToken cancellationToken)
    {
        var failed = refusal is null ? 0 : receiver.Failed + 1;
        var pause = refusal is null ? null : DeliverySchedule.PauseAfter(failed, null, Random.Shared.NextDouble());
        await using var work = await database.Begin(cancellationToken);
        // Whether the address is still the one that was asked, decides the lock on the subscription.
        var isCurrent = await work.Execute(
            ReasonSql,
            [Parameter.As(receiver.SubscriptionId), Parameter.Text(refusal), Parameter.Text(receiver.Url)],
            cancellationToken) == 1;
        if (isCurrent && (refusal is null || pause is null))
        {
            var (state, reason) = refusal is null
                ? (SubscriptionState.Active, "")
                : (SubscriptionState.Disabled, $"handshake: {refusal}");
            await moves.Move(
                work, new StateChange(receiver.SubscriptionId, receiver.Uscc, state, reason),
                [SubscriptionState.Pending], SubscriptionMoves.Hub, cancellationToken);
            LogEnded(receiver.SubscriptionId, state);
        }

        await work.Execute(
            AnsweredSql,
            [
                Parameter.As(receiver.SubscriptionId), Parameter.As(failed),
                Parameter.Instant(time.GetUtcNow() + (pause ?? TimeSpan.Zero)), Parameter.Text(receiver.Url),
            ],
            cancellationToken);
        await work.Commit(cancellationToken);
    }

    [LoggerMessage(LogLevel.Information, "The handshake of {SubscriptionId} is over: {State}.")]
    private partial void LogEnded(Guid subscriptionId, string state);

    [LoggerMessage(LogLevel.Warning, "The handshake of {SubscriptionId} was broken off; it is repeated.")]
    private partial void LogBroken(Exception failure, Guid subscriptionId);
}
