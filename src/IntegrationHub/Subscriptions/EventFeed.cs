using IntegrationHub.Contracts;
using IntegrationHub.Contracts.Messages;
using IntegrationHub.Database;

namespace IntegrationHub.Subscriptions;

/// <summary>An event as a reader of the feed gets it: the same document a webhook would carry, under the same number.</summary>
public sealed record FeedEvent(long Sequence, string Type, string Body)
{
    public override string ToString() => $"event {Sequence}";
}

/// <summary>A page of the feed. The cursor is the last number on it, or the one that was asked with.</summary>
public sealed record FeedPage(IReadOnlyList<FeedEvent> Events, long Cursor);

/// <summary>
/// The deliveries of a subscription for those who fetch them: systems behind a firewall, and receivers of webhooks that
/// have missed something. What is read was checked at that moment. Of a feed, the cursor a reader comes back with says what it
/// has: up to there it is delivered.
/// </summary>
public sealed class EventFeed(HubDatabase database, IDeliveryCheck check, TimeProvider time)
{
    internal const string PageSql = """
        select sequence, event_id, type, body
          from subscriptions.delivery
         where subscription_id = $1
           and sequence > $2
         order by sequence
         limit $3
        """;

    internal const string TakenSql = """
        with taken as (
            update subscriptions.delivery
               set state        = 'DELIVERED'
                 , tries        = tries + 1
                 , delivered_at = $3
                 , last_outcome = 'feed'
             where subscription_id = $1
               and sequence <= $2
               and state = 'WAITING'
            returning sequence, created_at
        )
        insert into subscriptions.attempt (subscription_id, sequence, at, outcome, is_success, took_ms, waited_ms)
        select $1, sequence, $3, 'feed', true, 0, extract(epoch from $3::timestamptz - created_at) * 1000
          from taken
        """;

    internal const string TakenUpToSql = """
        select coalesce((select min(sequence) - 1
                           from subscriptions.delivery
                          where subscription_id = $1
                            and state = 'WAITING'), last_sequence)
          from subscriptions.subscription
         where subscription_id = $1
        """;

    /// <summary>The subscription a reader means: the one it names, or the only feed it has.</summary>
    public async Task<SubscriptionSummary> Find(string uscc, Guid? id, CancellationToken cancellationToken)
    {
        await using var work = await database.Begin(cancellationToken);
        var own = await SubscriptionStore.List(work, uscc, id, cancellationToken);
        var meant = id is null ? own.Where(one => one.Channel == SubscriptionChannel.Feed).ToList() : own;
        return meant switch
        {
            [] => throw new HubProblemException(
                "subscription.not_found", "There is no such subscription.",
                "Add one with the channel FEED, or name one with ?subscription=."),
            [{ State: SubscriptionState.Paused or SubscriptionState.Disabled, Channel: SubscriptionChannel.Feed }] =>
                throw new HubProblemException("subscription.stopped", "The subscription is stopped.", "Resume it first."),
            [var one] => one,
            _ => throw new HubProblemException(
                "request.invalid", "The organisation has several feeds.", "Name one with ?subscription=."),
        };
    }

    /// <summary>Where a reader without a cursor goes on: after what it has taken.</summary>
    public async Task<long> TakenUpTo(Guid subscriptionId, CancellationToken cancellationToken)
    {
        await using var work = await database.Begin(cancellationToken);
        return (await work.Query(
            TakenUpToSql, [Parameter.As(subscriptionId)], row => row.GetInt64(0), cancellationToken)).Single();
    }

    /// <summary>What comes after a cursor.</summary>
    /// <exception cref="HubProblemException">The cursor is ahead of the sequence, or what follows it is no longer kept.</exception>
    public async Task<FeedPage> Read(
        SubscriptionSummary subscription, long after, int limit, CancellationToken cancellationToken)
    {
        List<(long Sequence, Guid EventId, string Type, string Body)> rows;
        await using (var work = await database.Begin(cancellationToken))
        {
            rows = await work.Query(
                PageSql, [Parameter.As(subscription.SubscriptionId), Parameter.As(after), Parameter.As(limit)],
                row => (row.GetInt64(0), row.GetGuid(1), row.GetString(2), row.GetString(3)), cancellationToken);
        }

        if (rows is [{ Body: "" }, ..])
        {
            var gone = rows.TakeWhile(row => row.Body.Length == 0).Last().Sequence;
            throw new HubProblemException(
                "cursor.expired", $"The events up to number {gone} are no longer kept.", $"Go on with after={gone}.");
        }

        var kept = rows.TakeWhile(row => row.Body.Length > 0).ToList();
        var instead = await check.Instead(
            [.. kept.Select(row => new WaitingEvent(row.EventId, row.Body))], cancellationToken);
        return new FeedPage(
            [.. kept.Select(row => View(row.Sequence, row.Type, row.Body, instead.GetValueOrDefault(row.EventId)))],
            kept.Count > 0 ? kept[^1].Sequence : after);
    }

    /// <summary>Notes that a reader has everything up to a number. Only of a feed: a webhook answers for itself.</summary>
    public async Task Take(SubscriptionSummary subscription, long upTo, CancellationToken cancellationToken)
    {
        if (subscription.Channel != SubscriptionChannel.Feed || upTo <= 0 || subscription.Waiting == 0)
            return;
        await using var work = await database.Begin(cancellationToken);
        await work.Execute(
            TakenSql,
            [Parameter.As(subscription.SubscriptionId), Parameter.As(upTo), Parameter.Instant(time.GetUtcNow())],
            cancellationToken);
        await work.Commit(cancellationToken);
    }

    private static FeedEvent View(long sequence, string type, string body, HubEvent? instead) => instead is null
        ? new FeedEvent(sequence, type, body)
        : new FeedEvent(sequence, instead.Type, EventEnvelope.Write(instead, sequence));
}
