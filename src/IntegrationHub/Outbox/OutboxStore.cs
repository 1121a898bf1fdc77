using IntegrationHub.Database;
using NpgsqlTypes;

namespace IntegrationHub.Outbox;

/// <summary>A message waiting to be told, as stored.</summary>
/// <param name="Id">Its place in the line.</param>
/// <param name="MessageId">What tickets and copies go by.</param>
/// <param name="Topic">Its name in the catalogue.</param>
/// <param name="Body">The message as JSON.</param>
/// <param name="Endpoint">The one endpoint it goes to; null for everyone who listens.</param>
/// <param name="Attempts">How often it could not be told.</param>
public sealed record OutboxRow(
    long Id, Guid MessageId, string Topic, byte[] Body, string? Endpoint = null, int Attempts = 0);

/// <summary>A message that cannot be told and no longer stands in the way of others.</summary>
public sealed record ParkedMessage(long Id, Guid MessageId, string Topic, DateTimeOffset ParkedAt, string Why);

internal sealed record OutboxTicket(Guid MessageId, string Consumer);

internal static class OutboxStore
{
    /// <summary>Channel that wakes the relay when a transaction with new rows commits.</summary>
    internal const string Channel = "hub_outbox";

    // One statement. It rings only when no relay has promised to look: every NOTIFY takes its turn at commit.
    internal const string AddSql = """
        with tickets as (
            insert into outbox.ticket (message_id, consumer)
            select * from unnest($5::uuid[], $6::text[])
        ), added as (
            insert into outbox.message (message_id, topic, body, created_at)
            select message_id, topic, body, $4
              from unnest($1::uuid[], $2::text[], $3::bytea[]) as added (message_id, topic, body)
        )
        select pg_notify('hub_outbox', '')
         where not exists (select from outbox.watch where watched_until > clock_timestamp())
        """;

    // By the database's clock, which is the senders' clock too, even in a trial.
    internal const string WatchSql = """
        insert into outbox.watch (watched_until)
        values (clock_timestamp() + $1::interval)
            on conflict (is_one) do update
           set watched_until = greatest(outbox.watch.watched_until, excluded.watched_until)
        """;

    // A copy on the same way is there already when the bus keeps what it was given, or when two send it at once.
    internal const string AddAgainSql = """
        with added as (
            insert into outbox.message as waiting (message_id, topic, body, endpoint, created_at)
            select message_id, topic, body, endpoint, $5
              from unnest($1::uuid[], $2::text[], $3::bytea[], $4::text[]) as added (message_id, topic, body, endpoint)
                on conflict (message_id, endpoint) do update
               set sent_at    = null
                 , body       = excluded.body
                 , parked_at  = null
                 , not_before = null
                 , attempts   = 0
        )
        select pg_notify('hub_outbox', '')
        """;

    internal const string PutBackSql = """
        insert into outbox.message
               (id, message_id, topic, body, endpoint, attempts, created_at, not_before, parked_at, parked_why)
        overriding system value
        select id, message_id, topic, body, endpoint, attempts, $9::timestamptz
             , clock_timestamp() + least(attempts, 10) * interval '1 second', case when is_parked then $9::timestamptz end, parked_why
          from unnest($1::bigint[], $2::uuid[], $3::text[], $4::bytea[], $5::text[], $6::int[], $7::boolean[], $8::text[])
               as back (id, message_id, topic, body, endpoint, attempts, is_parked, parked_why)
            on conflict (message_id, endpoint) do update
           set sent_at    = null
             , attempts   = excluded.attempts
             , not_before = excluded.not_before
             , parked_at  = excluded.parked_at
             , parked_why = excluded.parked_why
        """;

    internal const string ParkedSql = """
        select id, message_id, topic, parked_at, coalesce(parked_why, '')
          from outbox.message
         where parked_at is not null
         order by id
         limit $1
        """;

    internal const string UnparkSql = """
        with freed as (
            update outbox.message
               set parked_at  = null
                 , not_before = null
                 , attempts   = 0
             where parked_at is not null
            returning id
        )
        select count(*), pg_notify('hub_outbox', '')::text
          from freed
        """;

    internal const string TicketsAmongSql = """
        select t.message_id, t.consumer
          from unnest($1::uuid[], $2::text[]) as asked (message_id, consumer)
          join outbox.ticket t on t.message_id = asked.message_id and t.consumer = asked.consumer
        """;

    internal const string MoveTicketSql = """
        with torn as (
            delete from outbox.ticket
             where message_id = $1
               and consumer = $2
            returning message_id
        )
        insert into outbox.ticket (message_id, consumer)
        select $3, $4
          from torn
        """;

    // An outbox is empty whenever somebody counts it, and a plan for an empty table reads all the pages that dead rows
    // leave, every few milliseconds. The index knows where the first waiting row is.
    internal const string ByIndex = "set local enable_seqscan = off";

    internal const string TakeSql = """
        delete from outbox.message
         where id in (select id
                        from outbox.message
                       where sent_at is null
                         and parked_at is null
                         and (not_before is null or not_before <= clock_timestamp())
                       order by id
                       limit $1
                         for update skip locked)
        returning id, message_id, topic, body, endpoint, attempts
        """;

    internal const string TakeAndKeepSql = """
        update outbox.message
           set sent_at = $2
         where id in (select id
                        from outbox.message
                       where sent_at is null
                         and parked_at is null
                         and (not_before is null or not_before <= clock_timestamp())
                       order by id
                       limit $1
                         for update skip locked)
        returning id, message_id, topic, body, endpoint, attempts
        """;

    internal const string TearOffSql = """
        delete from outbox.ticket
         where message_id = $1
           and consumer = $2
        """;

    internal const string TearOffAllSql = """
        delete from outbox.ticket
         where message_id = any ($1)
           and consumer = $2
        returning message_id
        """;

    internal const string HasTicketSql = """
        select exists (select from outbox.ticket where message_id = $1 and consumer = $2)
        """;

    internal const string ForgetConsumedSql = """
        delete from outbox.message m
         where m.sent_at is not null
           and not exists (select from outbox.ticket t where t.message_id = m.message_id)
        """;

    internal const string SendAgainSql = """
        update outbox.message
           set sent_at = null
         where sent_at is not null
           and parked_at is null
        """;

    internal const string WaitingSql = """
        select (select count(*) from outbox.message where sent_at is null)
             , (select count(*) from outbox.ticket)
        """;

    public static Task Add(
        HubTransaction work, IReadOnlyList<OutboxRow> rows, IReadOnlyList<OutboxTicket> tickets, DateTimeOffset now,
        CancellationToken cancellationToken) =>
        work.Execute(
            AddSql,
            [
                Parameter.Column(rows, row => row.MessageId, NpgsqlDbType.Uuid),
                Parameter.Column(rows, row => row.Topic, NpgsqlDbType.Text),
                Parameter.Column(rows, row => row.Body, NpgsqlDbType.Bytea),
                Parameter.Instant(now),
                Parameter.Column(tickets, ticket => ticket.MessageId, NpgsqlDbType.Uuid),
                Parameter.Column(tickets, ticket => ticket.Consumer, NpgsqlDbType.Text),
            ],
            cancellationToken);

    /// <summary>Promises senders that a relay looks for itself for so long, so that they need not ring.</summary>
    public static Task Watch(HubTransaction work, TimeSpan promise, CancellationToken cancellationToken) =>
        work.Execute(WatchSql, [Parameter.As(promise)], cancellationToken);

    /// <summary>Sends messages again, each to the one endpoint it is meant for. Whether it still counts its ticket says.</summary>
    public static Task AddAgain(
        HubTransaction work, IReadOnlyList<OutboxRow> rows, DateTimeOffset now, CancellationToken cancellationToken) =>
        work.Execute(
            AddAgainSql,
            [
                Parameter.Column(rows, row => row.MessageId, NpgsqlDbType.Uuid),
                Parameter.Column(rows, row => row.Topic, NpgsqlDbType.Text),
                Parameter.Column(rows, row => row.Body, NpgsqlDbType.Bytea),
                Parameter.Column(rows, row => row.Endpoint, NpgsqlDbType.Text),
                Parameter.Instant(now),
            ],
            cancellationToken);

    /// <summary>Puts back what could not be told, to be tried again or, with a reason, parked.</summary>
    public static Task PutBack(
        HubTransaction work, IReadOnlyList<(OutboxRow Row, string? ParkedWhy)> rows, DateTimeOffset now,
        CancellationToken cancellationToken) =>
        work.Execute(
            PutBackSql,
            [
                Parameter.Column(rows, one => one.Row.Id, NpgsqlDbType.Bigint),
                Parameter.Column(rows, one => one.Row.MessageId, NpgsqlDbType.Uuid),
                Parameter.Column(rows, one => one.Row.Topic, NpgsqlDbType.Text),
                Parameter.Column(rows, one => one.Row.Body, NpgsqlDbType.Bytea),
                Parameter.Column(rows, one => one.Row.Endpoint, NpgsqlDbType.Text),
                Parameter.Column(rows, one => one.Row.Attempts + 1, NpgsqlDbType.Integer),
                Parameter.Column(rows, one => one.ParkedWhy is not null, NpgsqlDbType.Boolean),
                Parameter.Column(rows, one => one.ParkedWhy, NpgsqlDbType.Text),
                Parameter.Instant(now),
            ],
            cancellationToken);

    public static Task<List<ParkedMessage>> Parked(HubTransaction work, int limit, CancellationToken cancellationToken) =>
        work.Query(
            ParkedSql, [Parameter.As(limit)],
            row => new ParkedMessage(
                row.GetInt64(0), row.GetGuid(1), row.GetString(2), row.GetFieldValue<DateTimeOffset>(3), row.GetString(4)),
            cancellationToken);

    /// <summary>Lets all that is parked be tried again, and says how many.</summary>
    public static async Task<long> Unpark(HubTransaction work, CancellationToken cancellationToken) =>
        (await work.Query(UnparkSql, [], row => row.GetInt64(0), cancellationToken)).Single();

    /// <summary>Which of these turns are still to come.</summary>
    public static async Task<HashSet<(Guid MessageId, string Consumer)>> TicketsAmong(
        HubTransaction work, IReadOnlyCollection<(Guid MessageId, string Consumer)> asked, CancellationToken cancellationToken) =>
    [
        .. await work.Query(
            TicketsAmongSql,
            [
                Parameter.Column(asked, one => one.MessageId, NpgsqlDbType.Uuid),
                Parameter.Column(asked, one => one.Consumer, NpgsqlDbType.Text),
            ],
            row => (row.GetGuid(0), row.GetString(1)), cancellationToken),
    ];

    /// <summary>Gives a turn to another message, so that the first one can never count any more. False if it had counted.</summary>
    public static async Task<bool> MoveTicket(
        HubTransaction work, Guid from, string fromConsumer, Guid to, string toConsumer, CancellationToken cancellationToken) =>
        await work.Execute(
            MoveTicketSql,
            [Parameter.As(from), Parameter.Text(fromConsumer), Parameter.As(to), Parameter.Text(toConsumer)],
            cancellationToken) == 1;

    /// <summary>Takes the oldest waiting rows, in order. Kept rows stay until consumed, for a bus that forgets on a crash.</summary>
    public static async Task<List<OutboxRow>> Take(
        HubTransaction work, int limit, bool keep, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await work.Execute(ByIndex, [], cancellationToken);
        var rows = await work.Query(
            keep ? TakeAndKeepSql : TakeSql,
            keep ? [Parameter.As(limit), Parameter.Instant(now)] : [Parameter.As(limit)],
            row => new OutboxRow(row.GetInt64(0), row.GetGuid(1), row.GetString(2), row.GetFieldValue<byte[]>(3), row.TextOrNull(4), row.GetInt32(5)),
            cancellationToken);
        rows.Sort((one, other) => one.Id.CompareTo(other.Id)); // RETURNING has no order
        return rows;
    }

    /// <summary>True if this consumer has not had this message: its ticket was there and is now torn off.</summary>
    public static async Task<bool> TearOff(
        HubTransaction work, Guid messageId, string consumer, CancellationToken cancellationToken) =>
        await work.Execute(TearOffSql, [Parameter.As(messageId), Parameter.Text(consumer)], cancellationToken) == 1;

    /// <summary>Those of the messages that this consumer has not had: their tickets were there and are now torn off.</summary>
    public static async Task<HashSet<Guid>> TearOffAll(
        HubTransaction work, Guid[] messageIds, string consumer, CancellationToken cancellationToken) =>
        [
            .. await work.Query(
                TearOffAllSql, [Parameter.As(messageIds), Parameter.Text(consumer)], row => row.GetGuid(0), cancellationToken),
        ];

    public static async Task<bool> HasTicket(
        HubTransaction work, Guid messageId, string consumer, CancellationToken cancellationToken) =>
        (await work.Query(
            HasTicketSql, [Parameter.As(messageId), Parameter.Text(consumer)], row => row.GetBoolean(0), cancellationToken)).Single();

    public static Task ForgetConsumed(HubTransaction work, CancellationToken cancellationToken) =>
        work.Execute(ForgetConsumedSql, [], cancellationToken);

    public static Task SendAgain(HubTransaction work, CancellationToken cancellationToken) =>
        work.Execute(SendAgainSql, [], cancellationToken);

    public static async Task<(long Unsent, long Unconsumed)> Waiting(HubTransaction work, CancellationToken cancellationToken) =>
        (await work.Query(WaitingSql, [], row => (row.GetInt64(0), row.GetInt64(1)), cancellationToken)).Single();
}
