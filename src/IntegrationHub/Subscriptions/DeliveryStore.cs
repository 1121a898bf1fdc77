using IntegrationHub.Database;
using NpgsqlTypes;

namespace IntegrationHub.Subscriptions;

/// <summary>A delivery to try, with as many failed tries behind it as it says.</summary>
internal sealed record DueDelivery(long Sequence, Guid EventId, string Body, int Tries);

/// <summary>The next deliveries of one subscription, in order.</summary>
internal sealed record DueBatch(
    Guid SubscriptionId, string Url, byte[] SealedSecret, IReadOnlyList<DueDelivery> Deliveries);

/// <summary>
/// What became of one delivery. Without <paramref name="NextTryAt"/> it is finished, one way or the other.
/// </summary>
internal sealed record DeliveryResult(
    Guid SubscriptionId, long Sequence, string State, string Outcome, DateTimeOffset? NextTryAt,
    DateTimeOffset? DeliveredAt);

/// <summary>How much is to be claimed, for whom not, and until when it is left alone.</summary>
internal sealed record ClaimRequest
{
    public required IReadOnlyCollection<Guid> Except { get; init; }
    public required int Subscriptions { get; init; }

    /// <summary>
    /// Of these, how many may be subscriptions whose last try failed: the dead leave room for the living.
    /// </summary>
    public required int Failing { get; init; }
    public required int DeliveriesEach { get; init; }
    public required DateTimeOffset Now { get; init; }
    public required DateTimeOffset LeasedUntil { get; init; }
}

/// <summary>
/// Deliveries as stored. The first waiting one of a subscription stands for its turn: who moves it, has the lease.
/// </summary>
public static class DeliveryStore
{
    /// <summary>Channel that wakes the sender when a transaction with new deliveries commits.</summary>
    internal const string Channel = "hub_delivery";

    internal const string ClaimSql = """
        with head as (
            select s.subscription_id, first.sequence, first.next_try_at, first.tries > 0 as failing
              from subscriptions.subscription s
             cross join lateral (select d.sequence, d.next_try_at, d.tries
                                   from subscriptions.delivery d
                                  where d.subscription_id = s.subscription_id
                                    and d.state = 'WAITING'
                                  order by d.sequence
                                  limit 1) first
             where s.state = 'ACTIVE'
               and s.subscription_id <> all ($1)
               and first.next_try_at <= $5
        ), ranked as materialized (
            select subscription_id, sequence, next_try_at, failing
                 , row_number() over (partition by failing order by next_try_at) as place
              from head
        ), turn as materialized (
            select d.subscription_id, d.sequence
              from (select *
                      from ranked
                     where not failing or place <= $3
                     order by next_try_at) r
             cross join lateral (select d.subscription_id, d.sequence
                                   from subscriptions.delivery d
                                  where d.subscription_id = r.subscription_id
                                    and d.sequence = r.sequence
                                    and d.state = 'WAITING'
                                    and d.next_try_at <= $5
                                    for update skip locked) d
             limit $2
        ), leased as (
            update subscriptions.delivery d
               set next_try_at = $6
              from turn
             where d.subscription_id = turn.subscription_id
               and d.sequence = turn.sequence
        )
        select s.subscription_id, s.url, s.secret, due.sequence, due.event_id, due.body, due.tries
          from turn
          join subscriptions.subscription s on s.subscription_id = turn.subscription_id
         cross join lateral (select d.sequence, d.event_id, d.body, d.tries
                               from subscriptions.delivery d
                              where d.subscription_id = turn.subscription_id
                                and d.sequence >= turn.sequence
                                and d.state = 'WAITING'
                              order by d.sequence
                              limit $4) due
         order by s.subscription_id, due.sequence
        """;

    internal const string WriteBackSql = """
        update subscriptions.delivery d
           set state        = result.state
             , tries        = d.tries + 1
             , last_outcome = result.outcome
             , next_try_at  = coalesce(result.next_try_at, d.next_try_at)
             , delivered_at = result.delivered_at
          from unnest($1::uuid[], $2::bigint[], $3::text[], $4::text[], $5::timestamptz[], $6::timestamptz[])
               as result (subscription_id, sequence, state, outcome, next_try_at, delivered_at)
         where d.subscription_id = result.subscription_id
           and d.sequence = result.sequence
           and d.state = 'WAITING'
        """;

    internal const string WaitingSql = """
        select count(*)
          from subscriptions.delivery
         where state = 'WAITING'
        """;

    /// <summary>Deliveries not yet taken by their subscriber nor given up, whenever they are due.</summary>
    public static async Task<long> Waiting(HubTransaction work, CancellationToken cancellationToken) =>
        (await work.Query(WaitingSql, [], row => row.GetInt64(0), cancellationToken)).Single();

    /// <summary>
    /// Takes the turns of subscriptions whose first waiting delivery is due, and reads what they wait for. Commit
    /// before sending: the lease, not the lock, keeps other senders away.
    /// </summary>
    internal static async Task<List<DueBatch>> Claim(
        HubTransaction work, ClaimRequest request, CancellationToken cancellationToken)
    {
        var rows = await work.Query(
            ClaimSql,
            [
                Parameter.As(request.Except.ToArray()), Parameter.As(request.Subscriptions),
                Parameter.As(request.Failing), Parameter.As(request.DeliveriesEach), Parameter.Instant(request.Now),
                Parameter.Instant(request.LeasedUntil),
            ],
            row => (
                Id: row.GetGuid(0), Url: row.GetString(1), Secret: row.GetFieldValue<byte[]>(2),
                Delivery: new DueDelivery(row.GetInt64(3), row.GetGuid(4), row.GetString(5), row.GetInt32(6))),
            cancellationToken);
        return
        [
            .. rows.GroupBy(row => row.Id).Select(same => new DueBatch(
                same.Key, same.First().Url, same.First().Secret, [.. same.Select(row => row.Delivery)])),
        ];
    }

    internal static Task WriteBack(
        HubTransaction work, IReadOnlyList<DeliveryResult> results, CancellationToken cancellationToken) =>
        work.Execute(
            WriteBackSql,
            [
                Parameter.Column(results, result => result.SubscriptionId, NpgsqlDbType.Uuid),
                Parameter.Column(results, result => result.Sequence, NpgsqlDbType.Bigint),
                Parameter.Column(results, result => result.State, NpgsqlDbType.Text),
                Parameter.Column(results, result => result.Outcome, NpgsqlDbType.Text),
                Parameter.Column(results, result => result.NextTryAt, NpgsqlDbType.TimestampTz),
                Parameter.Column(results, result => result.DeliveredAt, NpgsqlDbType.TimestampTz),
            ],
            cancellationToken);
}
