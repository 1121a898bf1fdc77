using IntegrationHub.Database;
using NpgsqlTypes;

namespace IntegrationHub.Subscriptions;

/// <summary>A delivery to try, with as many failed tries behind it as it says.</summary>
internal sealed record DueDelivery(long Sequence, Guid EventId, string Body, int Tries)
{
    public string Type { get; init; } = "";
    public DateTimeOffset NextTryAt { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>The next deliveries of one subscription, in the order they are to be sent in.</summary>
internal sealed record DueBatch(Guid SubscriptionId, string Url, IReadOnlyList<DueDelivery> Deliveries)
{
    public string Uscc { get; init; } = "";
    public string Channel { get; init; } = SubscriptionChannel.Webhook;

    /// <summary>The newest first; each signs.</summary>
    public IReadOnlyList<byte[]> SealedSecrets { get; init; } = [];
    public int Concurrency { get; init; } = 1;
    public SubscriptionHealth Health { get; init; } = SubscriptionHealth.Sound;
    public DateTimeOffset LeasedUntil { get; init; }
}

/// <summary>
/// What became of one delivery. Without <paramref name="NextTryAt"/> it is finished, one way or the other.
/// </summary>
internal sealed record DeliveryResult(
    Guid SubscriptionId, long Sequence, string State, string Outcome, DateTimeOffset? NextTryAt,
    DateTimeOffset? DeliveredAt)
{
    public DateTimeOffset At { get; init; }
    public TimeSpan Took { get; init; }
    public TimeSpan Waited { get; init; }
}

/// <summary>The end of a turn: what became of its deliveries, and how the subscription is after them.</summary>
internal sealed record TurnResult(Guid SubscriptionId, DateTimeOffset LeasedUntil, SubscriptionHealth Health);

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

    /// <summary>The channels this sender serves.</summary>
    public IReadOnlyList<string> Channels { get; init; } = [SubscriptionChannel.Webhook];
}

/// <summary>
/// Deliveries as stored, and the turns in which they are sent: one sender at a time for each subscription, those with
/// something urgent first, then who has waited longest for a turn.
/// </summary>
public static class DeliveryStore
{
    /// <summary>Channel that wakes the sender when a transaction with new deliveries commits.</summary>
    internal const string Channel = "hub_delivery";

    internal const string ClaimSql = """
        with head as (
            select s.subscription_id, s.urgent_first, t.served_at, t.failing_since is not null as failing
                 , exists (select
                             from subscriptions.delivery u
                            where u.subscription_id = s.subscription_id
                              and u.state = 'WAITING'
                              and u.urgent) as urgent
              from subscriptions.subscription s
              join subscriptions.turn t on t.subscription_id = s.subscription_id
             cross join lateral (select o.next_try_at
                                   from ((select 0 as rank, d.next_try_at
                                            from subscriptions.delivery d
                                           where d.subscription_id = s.subscription_id
                                             and d.state = 'WAITING'
                                             and d.urgent
                                             and s.urgent_first
                                           order by d.sequence
                                           limit 1)
                                         union all
                                         (select 1, d.next_try_at
                                            from subscriptions.delivery d
                                           where d.subscription_id = s.subscription_id
                                             and d.state = 'WAITING'
                                           order by d.sequence
                                           limit 1)) o
                                  order by o.rank
                                  limit 1) first
             where s.state = 'ACTIVE'
               and s.channel = any ($7)
               and s.subscription_id <> all ($1)
               and t.leased_until <= $5
               and first.next_try_at <= $5
        ), ranked as materialized (
            select subscription_id, urgent_first, urgent, served_at, failing
                 , row_number() over (partition by failing order by urgent desc, served_at) as place
              from head
        ), taken as materialized (
            select r.subscription_id, r.urgent_first, locked.failing_since, locked.refusals
              from (select *
                      from ranked
                     where not failing or place <= $3
                     order by urgent desc, served_at) r
             cross join lateral (select t.failing_since, t.refusals
                                   from subscriptions.turn t
                                  where t.subscription_id = r.subscription_id
                                    and t.leased_until <= $5
                                    for update skip locked) locked
             limit $2
        ), leased as (
            update subscriptions.turn t
               set leased_until = $6
                 , served_at    = $5
              from taken
             where t.subscription_id = taken.subscription_id
        )
        select s.subscription_id, s.url, s.secret
             , array(select f.secret
                       from subscriptions.former_secret f
                      where f.subscription_id = s.subscription_id
                        and f.ends_at > $5
                      order by f.ends_at desc)
             , s.channel, s.concurrency, s.uscc, taken.failing_since, taken.refusals
             , due.sequence, due.event_id, due.body, due.tries, due.type, due.next_try_at, due.created_at
          from taken
          join subscriptions.subscription s on s.subscription_id = taken.subscription_id
         cross join lateral ((select 0 as rank, d.*
                                from subscriptions.delivery d
                               where d.subscription_id = taken.subscription_id
                                 and d.state = 'WAITING'
                                 and d.urgent
                                 and taken.urgent_first
                               order by d.sequence
                               limit $4)
                             union all
                             (select 1, d.*
                                from subscriptions.delivery d
                               where d.subscription_id = taken.subscription_id
                                 and d.state = 'WAITING'
                                 and not (d.urgent and taken.urgent_first)
                               order by d.sequence
                               limit $4)
                             order by rank, sequence
                             limit $4) due
         order by s.subscription_id, due.rank, due.sequence
        """;

    internal const string WriteBackSql = """
        with result as (
            select *
              from unnest($1::uuid[], $2::bigint[], $3::text[], $4::text[], $5::timestamptz[], $6::timestamptz[],
                          $7::timestamptz[], $8::int[], $9::bigint[])
                   as result (subscription_id, sequence, state, outcome, next_try_at, delivered_at, at, took_ms, waited_ms)
        ), noted as (
            insert into subscriptions.attempt (subscription_id, sequence, at, outcome, is_success, took_ms, waited_ms)
            select subscription_id, sequence, at, outcome, state = 'DELIVERED', took_ms, waited_ms
              from result
        )
        update subscriptions.delivery d
           set state        = result.state
             , tries        = d.tries + 1
             , last_outcome = result.outcome
             , next_try_at  = coalesce(result.next_try_at, d.next_try_at)
             , delivered_at = result.delivered_at
          from result
         where d.subscription_id = result.subscription_id
           and d.sequence = result.sequence
           and d.state = 'WAITING'
        """;

    // Only who still has the lease gives it back: it is known by its end.
    internal const string EndTurnSql = """
        update subscriptions.turn
           set leased_until  = '-infinity'
             , failing_since = $3
             , refusals      = $4
         where subscription_id = $1
           and leased_until = $2
        """;

    internal const string WaitingSql = """
        select count(*)
          from subscriptions.delivery d
          join subscriptions.subscription s on s.subscription_id = d.subscription_id
         where d.state = 'WAITING'
           and s.channel <> 'FEED'
        """;

    /// <summary>Deliveries not yet taken by their subscriber nor given up, whenever they are due. A feed is fetched, not sent.</summary>
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
                Parameter.Instant(request.LeasedUntil), Parameter.As(request.Channels.ToArray()),
            ],
            row => (
                Batch: new DueBatch(row.GetGuid(0), row.TextOrNull(1) ?? "", [])
                {
                    SealedSecrets = row.BytesOrNull(2) is { } secret ? [secret, .. row.GetFieldValue<byte[][]>(3)] : [],
                    Channel = row.GetString(4),
                    Concurrency = row.GetInt32(5),
                    Uscc = row.GetString(6),
                    Health = new SubscriptionHealth(row.ValueOrNull<DateTimeOffset>(7), row.GetInt32(8)),
                    LeasedUntil = request.LeasedUntil,
                },
                Delivery: new DueDelivery(row.GetInt64(9), row.GetGuid(10), row.GetString(11), row.GetInt32(12))
                {
                    Type = row.GetString(13),
                    NextTryAt = row.GetFieldValue<DateTimeOffset>(14),
                    CreatedAt = row.GetFieldValue<DateTimeOffset>(15),
                }),
            cancellationToken);
        return
        [
            .. rows.GroupBy(row => row.Batch.SubscriptionId).Select(same =>
                same.First().Batch with { Deliveries = [.. same.Select(row => row.Delivery)] }),
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
                Parameter.Column(results, result => result.At.ToUniversalTime(), NpgsqlDbType.TimestampTz),
                Parameter.Column(results, result => (int)result.Took.TotalMilliseconds, NpgsqlDbType.Integer),
                Parameter.Column(results, result => (long)result.Waited.TotalMilliseconds, NpgsqlDbType.Bigint),
            ],
            cancellationToken);

    /// <summary>Gives the turn back, unless its lease ran out and somebody else has it.</summary>
    internal static Task EndTurn(HubTransaction work, TurnResult turn, CancellationToken cancellationToken) =>
        work.Execute(
            EndTurnSql,
            [
                Parameter.As(turn.SubscriptionId), Parameter.Instant(turn.LeasedUntil),
                Parameter.Instant(turn.Health.FailingSince), Parameter.As(turn.Health.Refusals),
            ],
            cancellationToken);
}
