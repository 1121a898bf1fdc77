using IntegrationHub.Database;
using NpgsqlTypes;

namespace IntegrationHub.Outbox;

/// <summary>A message waiting to be told, as stored.</summary>
public sealed record OutboxRow(long Id, Guid MessageId, string Topic, byte[] Body);

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

    internal const string TakeSql = """
        delete from outbox.message
         where id in (select id
                        from outbox.message
                       where sent_at is null
                       order by id
                       limit $1
                         for update skip locked)
        returning id, message_id, topic, body
        """;

    internal const string TakeAndKeepSql = """
        update outbox.message
           set sent_at = $2
         where id in (select id
                        from outbox.message
                       where sent_at is null
                       order by id
                       limit $1
                         for update skip locked)
        returning id, message_id, topic, body
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

    /// <summary>Takes the oldest waiting rows, in order. Kept rows stay until consumed, for a bus that forgets on a crash.</summary>
    public static async Task<List<OutboxRow>> Take(
        HubTransaction work, int limit, bool keep, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var rows = await work.Query(
            keep ? TakeAndKeepSql : TakeSql,
            keep ? [Parameter.As(limit), Parameter.Instant(now)] : [Parameter.As(limit)],
            row => new OutboxRow(row.GetInt64(0), row.GetGuid(1), row.GetString(2), row.GetFieldValue<byte[]>(3)),
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
