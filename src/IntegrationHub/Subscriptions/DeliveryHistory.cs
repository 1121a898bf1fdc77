using IntegrationHub.Database;

namespace IntegrationHub.Subscriptions;

/// <summary>One try to deliver, as the developer at the other end wants to see it.</summary>
public sealed record DeliveryAttempt
{
    public required long AttemptId { get; init; }
    public required long Sequence { get; init; }
    public required DateTimeOffset At { get; init; }
    public required string Outcome { get; init; }
    public required bool IsSuccess { get; init; }
    public required int TookMs { get; init; }
    public required long WaitedMs { get; init; }
}

/// <summary>A run of numbers that were not delivered, and why.</summary>
public sealed record OpenRange(long From, long To, string State);

/// <summary>What an organisation has been given and what is still to come: every number from 1 to the last is one or the other.</summary>
public sealed record GapReport
{
    public required long LastSequence { get; init; }

    /// <summary>Numbers that were handed out; equal to the last one, because the sequence has no hole.</summary>
    public required long Numbered { get; init; }

    /// <summary>What waits or was given up.</summary>
    public required IReadOnlyList<OpenRange> Open { get; init; }
    public bool HasHole => Numbered != LastSequence;
}

/// <summary>Which deliveries are to be sent once more. Exactly one of the ways to name them is used.</summary>
public sealed record ReplayWindow
{
    public long? FromSequence { get; init; }
    public long? ToSequence { get; init; }
    public DateTimeOffset? From { get; init; }
    public DateTimeOffset? To { get; init; }
    public Guid? EventId { get; init; }

    /// <summary>True: all that were given up.</summary>
    public bool Parked { get; init; }

    public bool IsOneQuestion => new[]
    {
        FromSequence is not null || ToSequence is not null, From is not null || To is not null, EventId is not null, Parked,
    }.Count(isAsked => isAsked) == 1;
}

/// <summary>How many deliveries wait again, and how many cannot because their retention period is over (P14).</summary>
public sealed record ReplayReport(long Requested, long Emptied);

/// <summary>What was delivered, what was tried, what is open; and sending again.</summary>
internal static class DeliveryHistory
{
    internal const string AttemptsSql = """
        select attempt_id, sequence, at, outcome, is_success, took_ms, waited_ms
          from subscriptions.attempt
         where subscription_id = $1
           and ($2 is null or sequence = $2::bigint)
           and ($3 is null or attempt_id < $3::bigint)
         order by attempt_id desc
         limit $4
        """;

    internal const string OpenSql = """
        select min(sequence), max(sequence), state
          from (select sequence, state, sequence - row_number() over (partition by state order by sequence) as run
                  from subscriptions.delivery
                 where subscription_id = $1
                   and state in ('WAITING', 'PARKED')) open
         group by state, run
         order by 1
         limit 1000
        """;

    internal const string NumberedSql = """
        select s.last_sequence, (select count(*)
                                   from subscriptions.delivery d
                                  where d.subscription_id = s.subscription_id)
          from subscriptions.subscription s
         where s.subscription_id = $1
        """;

    // Same event, same number, as if for the first time. What has lost its body has nothing left to send.
    internal const string ReplaySql = """
        with asked as (
            select sequence, body <> '' as kept
              from subscriptions.delivery
             where subscription_id = $1
               and state in ('DELIVERED', 'PARKED')
               and (not $8 or state = 'PARKED')
               and ($2 is null or sequence >= $2::bigint)
               and ($3 is null or sequence <= $3::bigint)
               and ($4 is null or created_at >= $4::timestamptz)
               and ($5 is null or created_at < $5::timestamptz)
               and ($6 is null or event_id = $6::uuid)
        ), again as (
            update subscriptions.delivery d
               set state        = 'WAITING'
                 , tries        = 0
                 , next_try_at  = $7
                 , delivered_at = null
              from asked
             where d.subscription_id = $1
               and d.sequence = asked.sequence
               and asked.kept
            returning d.sequence
        )
        select (select count(*) from again), (select count(*) from asked where not kept), pg_notify('hub_delivery', '')
        """;

    internal const string DueNowSql = """
        update subscriptions.delivery
           set next_try_at = $2
             , tries       = 0
         where subscription_id = $1
           and state = 'WAITING'
           and (tries > 0 or next_try_at > $2)
        """;

    internal const string RingSql = """
        select pg_notify('hub_delivery', '')
        """;

    /// <summary>The latest first.</summary>
    public static Task<List<DeliveryAttempt>> Attempts(
        HubTransaction work, Guid id, long? sequence, long? before, int limit, CancellationToken cancellationToken) =>
        work.Query(
            AttemptsSql,
            [Parameter.As(id), Parameter.Text(sequence?.ToString()), Parameter.Text(before?.ToString()), Parameter.As(limit)],
            row => new DeliveryAttempt
            {
                AttemptId = row.GetInt64(0),
                Sequence = row.GetInt64(1),
                At = row.GetFieldValue<DateTimeOffset>(2),
                Outcome = row.GetString(3),
                IsSuccess = row.GetBoolean(4),
                TookMs = row.GetInt32(5),
                WaitedMs = row.GetInt64(6),
            },
            cancellationToken);

    public static async Task<GapReport> Gaps(HubTransaction work, Guid id, CancellationToken cancellationToken)
    {
        var (last, numbered) = (await work.Query(
            NumberedSql, [Parameter.As(id)], row => (row.GetInt64(0), row.GetInt64(1)), cancellationToken)).Single();
        var open = await work.Query(
            OpenSql, [Parameter.As(id)], row => new OpenRange(row.GetInt64(0), row.GetInt64(1), row.GetString(2)),
            cancellationToken);
        return new GapReport { LastSequence = last, Numbered = numbered, Open = open };
    }

    public static async Task<ReplayReport> Replay(
        HubTransaction work, Guid id, ReplayWindow window, DateTimeOffset now, CancellationToken cancellationToken) =>
        (await work.Query(
            ReplaySql,
            [
                Parameter.As(id), Parameter.Text(window.FromSequence?.ToString()), Parameter.Text(window.ToSequence?.ToString()),
                Parameter.Text(window.From?.ToString("O")), Parameter.Text(window.To?.ToString("O")),
                Parameter.Text(window.EventId?.ToString()), Parameter.Instant(now), Parameter.As(window.Parked),
            ],
            row => new ReplayReport(row.GetInt64(0), row.GetInt64(1)), cancellationToken)).Single();

    /// <summary>What failed is due at once and counts its tries anew.</summary>
    public static async Task MakeDue(HubTransaction work, Guid id, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await work.Execute(DueNowSql, [Parameter.As(id), Parameter.Instant(now)], cancellationToken);
        await Ring(work, cancellationToken);
    }

    /// <summary>Wakes the sender when this commits.</summary>
    public static Task Ring(HubTransaction work, CancellationToken cancellationToken) =>
        work.Execute(RingSql, [], cancellationToken);
}
