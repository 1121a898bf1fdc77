using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Database;
using Npgsql;

namespace IntegrationHub.Subscriptions;

/// <summary>A subscription as its organisation and the operator see it.</summary>
public sealed record SubscriptionSummary
{
    public required Guid SubscriptionId { get; init; }
    public required string Uscc { get; init; }
    public required string Channel { get; init; }
    public string? Url { get; init; }
    public string Name { get; init; } = "";
    public SubscriptionFilter Filter { get; init; } = SubscriptionFilter.All;
    public int Concurrency { get; init; } = 1;
    public bool UrgentFirst { get; init; }
    public required string State { get; init; }
    public string? StateReason { get; init; }
    public DateTimeOffset? StateSince { get; init; }
    public int Version { get; init; }
    public required long LastSequence { get; init; }
    public required long Waiting { get; init; }
    public required long Parked { get; init; }

    /// <summary>When the event happened to the subscription that has waited longest.</summary>
    public DateTimeOffset? OldestWaitingAt { get; init; }
    public DateTimeOffset? NextAttemptAt { get; init; }
    public DateTimeOffset? FailingSince { get; init; }

    /// <summary>When the receiver agreed to be called.</summary>
    public DateTimeOffset? VerifiedAt { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>How the attempts of the last day went; the latencies are from commit to receipt, in milliseconds.</summary>
public sealed record SubscriptionFigures
{
    public long Attempts { get; init; }
    public long Succeeded { get; init; }
    public double? SuccessRatio => Attempts == 0 ? null : (double)Succeeded / Attempts;
    public double? P50 { get; init; }
    public double? P95 { get; init; }
    public double? P99 { get; init; }
}

internal sealed record SubscriptionRow
{
    public required Guid SubscriptionId { get; init; }
    public required string Uscc { get; init; }
    public required SubscriptionWish Wish { get; init; }
    public required string? Url { get; init; }
    public required byte[]? SealedSecret { get; init; }
    public required string State { get; init; }

    /// <summary>Of a key that is made with it, if one is.</summary>
    public byte[]? KeyHash { get; init; }
}

internal static class SubscriptionStore
{
    internal const string AddSql = """
        with added as (
            insert into subscriptions.subscription
                   (subscription_id, uscc, channel, url, secret, name, filter, concurrency, urgent_first, state,
                    state_since, verified_at, created_at)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10::text, $11::timestamptz,
                    case $10::text when 'ACTIVE' then $11::timestamptz end, $11::timestamptz)
                on conflict (uscc, url) do nothing
            returning subscription_id
        )
        insert into subscriptions.turn (subscription_id)
        select subscription_id
          from added
        """;

    internal const string AddKeySql = """
        insert into subscriptions.api_key (key_hash, uscc, created_at)
        values ($1, $2, $3)
        """;

    internal const string CountSql = """
        select count(*)
          from subscriptions.subscription
         where uscc = $1
        """;

    internal const string ListSql = """
        select s.subscription_id, s.uscc, s.url, s.state, s.last_sequence, s.created_at
             , (select count(*)
                  from subscriptions.delivery d
                 where d.subscription_id = s.subscription_id
                   and d.state = 'WAITING')
             , (select count(*)
                  from subscriptions.delivery d
                 where d.subscription_id = s.subscription_id
                   and d.state = 'PARKED')
             , s.channel, s.name, s.filter::text, s.concurrency, s.urgent_first, s.state_reason, s.state_since, s.version
             , first.created_at, first.next_try_at, t.failing_since, s.verified_at
          from subscriptions.subscription s
          left join subscriptions.turn t on t.subscription_id = s.subscription_id
          left join lateral (select d.created_at, d.next_try_at
                               from subscriptions.delivery d
                              where d.subscription_id = s.subscription_id
                                and d.state = 'WAITING'
                              order by d.sequence
                              limit 1) first on true
         where ($1 is null or s.uscc = $1)
           and ($2 is null or s.subscription_id = $2::uuid)
         order by s.uscc, s.created_at
        """;

    // Held to the end of the transaction: who changes a subscription does it on what it is now.
    internal const string LockSql = """
        select 1
          from subscriptions.subscription
         where subscription_id = $1
           for update
        """;

    internal const string UpdateSql = """
        update subscriptions.subscription
           set name         = $2
             , filter       = $3
             , concurrency  = $4
             , urgent_first = $5
             , url          = $6
             , version      = version + 1
         where subscription_id = $1
        """;

    internal const string AskAgainSql = """
        update subscriptions.turn
           set failing_since = null
             , refusals      = 0
             , handshakes    = 0
             , handshake_at  = '-infinity'
         where subscription_id = $1
        """;

    internal const string UnverifiedSql = """
        update subscriptions.subscription
           set verified_at = null
         where subscription_id = $1
        """;

    internal const string FiguresSql = """
        select count(*), count(*) filter (where is_success)
             , percentile_cont(0.5) within group (order by waited_ms) filter (where is_success)
             , percentile_cont(0.95) within group (order by waited_ms) filter (where is_success)
             , percentile_cont(0.99) within group (order by waited_ms) filter (where is_success)
          from subscriptions.attempt
         where subscription_id = $1
           and at >= $2
        """;

    internal const string CallerSql = """
        select uscc
          from subscriptions.api_key
         where key_hash = $1
           and revoked_at is null
        """;

    /// <summary>
    /// False if the organisation has a subscription with this address already; then nothing was written.
    /// </summary>
    public static async Task<bool> Add(
        HubTransaction work, SubscriptionRow row, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var isAdded = await work.Execute(
            AddSql,
            [
                Parameter.As(row.SubscriptionId), Parameter.Text(row.Uscc), Parameter.Text(row.Wish.Channel),
                Parameter.Text(row.Url), Parameter.Bytes(row.SealedSecret), Parameter.Text(row.Wish.Name),
                Parameter.Json(row.Wish.Filter.Write()), Parameter.As(row.Wish.Concurrency),
                Parameter.As(row.Wish.UrgentFirst), Parameter.Text(row.State), Parameter.Instant(now),
            ],
            cancellationToken) == 1;
        if (isAdded && row.KeyHash is { } keyHash)
        {
            await work.Execute(
                AddKeySql, [Parameter.Bytes(keyHash), Parameter.Text(row.Uscc), Parameter.Instant(now)], cancellationToken);
        }

        return isAdded;
    }

    public static async Task<long> Count(HubTransaction work, string uscc, CancellationToken cancellationToken) =>
        (await work.Query(CountSql, [Parameter.Text(uscc)], row => row.GetInt64(0), cancellationToken)).Single();

    /// <summary>Those of an organisation, or all.</summary>
    public static Task<List<SubscriptionSummary>> List(
        HubTransaction work, string? uscc, Guid? id, CancellationToken cancellationToken) =>
        work.Query(ListSql, [Parameter.Text(uscc), Parameter.Text(id?.ToString())], Read, cancellationToken);

    public static Task Lock(HubTransaction work, Guid id, CancellationToken cancellationToken) =>
        work.Execute(LockSql, [Parameter.As(id)], cancellationToken);

    public static Task Update(HubTransaction work, SubscriptionSummary changed, CancellationToken cancellationToken) =>
        work.Execute(
            UpdateSql,
            [
                Parameter.As(changed.SubscriptionId), Parameter.Text(changed.Name),
                Parameter.Json(changed.Filter.Write()), Parameter.As(changed.Concurrency),
                Parameter.As(changed.UrgentFirst), Parameter.Text(changed.Url),
            ],
            cancellationToken);

    /// <summary>Forgets how it failed: the next try counts anew, and the handshake is made at once.</summary>
    public static async Task AskAgain(
        HubTransaction work, Guid id, bool hasMoved, CancellationToken cancellationToken)
    {
        await work.Execute(AskAgainSql, [Parameter.As(id)], cancellationToken);
        if (hasMoved)
            await work.Execute(UnverifiedSql, [Parameter.As(id)], cancellationToken);
    }

    public static async Task<SubscriptionFigures> Figures(
        HubTransaction work, Guid id, DateTimeOffset since, CancellationToken cancellationToken) =>
        (await work.Query(
            FiguresSql, [Parameter.As(id), Parameter.Instant(since)],
            row => new SubscriptionFigures
            {
                Attempts = row.GetInt64(0),
                Succeeded = row.GetInt64(1),
                P50 = row.ValueOrNull<double>(2),
                P95 = row.ValueOrNull<double>(3),
                P99 = row.ValueOrNull<double>(4),
            },
            cancellationToken)).Single();

    public static async Task<Caller?> FindCaller(
        HubTransaction work, byte[] keyHash, CancellationToken cancellationToken)
    {
        var found = await work.Query(
            CallerSql, [Parameter.Bytes(keyHash)], row => new Caller(row.GetString(0), keyHash), cancellationToken);
        return found.SingleOrDefault();
    }

    private static SubscriptionSummary Read(NpgsqlDataReader row) => new()
    {
        SubscriptionId = row.GetGuid(0),
        Uscc = row.GetString(1),
        Url = row.TextOrNull(2),
        State = row.GetString(3),
        LastSequence = row.GetInt64(4),
        CreatedAt = row.GetFieldValue<DateTimeOffset>(5),
        Waiting = row.GetInt64(6),
        Parked = row.GetInt64(7),
        Channel = row.GetString(8),
        Name = row.GetString(9),
        Filter = SubscriptionFilter.Read(row.GetString(10)),
        Concurrency = row.GetInt32(11),
        UrgentFirst = row.GetBoolean(12),
        StateReason = row.TextOrNull(13),
        StateSince = row.ValueOrNull<DateTimeOffset>(14),
        Version = row.GetInt32(15),
        OldestWaitingAt = row.ValueOrNull<DateTimeOffset>(16),
        NextAttemptAt = row.ValueOrNull<DateTimeOffset>(17),
        FailingSince = row.ValueOrNull<DateTimeOffset>(18),
        VerifiedAt = row.ValueOrNull<DateTimeOffset>(19),
    };
}
