using IntegrationHub.Database;
using Npgsql;
using NpgsqlTypes;

namespace IntegrationHub.Disclosure;

/// <summary>A recall notice: what one recipient of one release is to delete until when, and what it said to that.</summary>
public sealed record RecallRow
{
    public required Guid RecallId { get; init; }
    public required Guid ReleaseId { get; init; }
    public required Guid ReferralId { get; init; }
    public required string Uscc { get; init; }
    public required IReadOnlyList<string> Items { get; init; }
    public required string Reason { get; init; }
    public required DateTimeOffset IssuedAt { get; init; }
    public required DateTimeOffset Deadline { get; init; }
    public DateTimeOffset? AckedAt { get; init; }

    /// <summary>What the recipient did: see <see cref="RecallAck"/>.</summary>
    public string? Ack { get; init; }

    /// <summary>Which law makes it keep the items, where it does.</summary>
    public string? AckReason { get; init; }
}

/// <summary>The answers a recipient can give to a recall.</summary>
public static class RecallAck
{
    public const string Deleted = "DELETED";
    public const string RetainedByLaw = "RETAINED_BY_LAW";
}

/// <summary>Which notices a list is about.</summary>
/// <param name="Uscc">Of one organisation, or of all.</param>
/// <param name="Open">Only those not acknowledged (true), only those acknowledged (false), or both.</param>
/// <param name="DueBefore">Only open ones whose deadline was before this.</param>
/// <param name="AfterIssuedAt">After this position in the order of issue.</param>
/// <param name="AfterId">The second half of the position.</param>
/// <param name="Limit">At most so many.</param>
public sealed record NoticeQuery(
    string? Uscc, bool? Open, DateTimeOffset? DueBefore, DateTimeOffset AfterIssuedAt, Guid AfterId, int Limit);

/// <summary>How many notices are not acknowledged, and of how many the deadline has passed.</summary>
public sealed record NoticeCounts(long Open, long Overdue);

/// <summary>The recalls as stored. Issued once, acknowledged once, never changed otherwise.</summary>
public static class RecallBook
{
    private const string Columns = """
        recall_id, release_id, referral_id, uscc, items, reason, issued_at, deadline, acked_at, ack, ack_reason
        """;

    internal const string OfReleasesSql = $"""
        select {Columns}
          from disclosure.recall
         where release_id = any ($1)
         order by issued_at, recall_id
        """;

    internal const string AddSql = """
        insert into disclosure.recall (
               recall_id, release_id, referral_id, uscc, items, reason, issued_at, deadline)
        select told.recall_id, told.release_id, told.referral_id, told.uscc
             , array(select jsonb_array_elements_text(told.items))
             , told.reason, told.issued_at, told.deadline
          from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::jsonb[], $6::text[], $7::timestamptz[],
                      $8::timestamptz[])
               as told (recall_id, release_id, referral_id, uscc, items, reason, issued_at, deadline)
        """;

    internal const string ListSql = $"""
        select {Columns}
          from disclosure.recall
         where ($1::text is null or uscc = $1)
           and ($2::boolean is null or (acked_at is null) = $2)
           and ($3::timestamptz is null or (acked_at is null and deadline <= $3))
           and (issued_at, recall_id) > ($4, $5)
         order by issued_at, recall_id
         limit $6
        """;

    internal const string AckSql = $"""
        update disclosure.recall
           set acked_at   = coalesce(acked_at, $3)
             , ack        = coalesce(ack, $4)
             , ack_reason = case when acked_at is null then $5 else ack_reason end
         where recall_id = $1
           and uscc = $2
        returning {Columns}
        """;

    internal const string CountsSql = """
        select count(*)
             , count(*) filter (where deadline <= $1)
          from disclosure.recall
         where acked_at is null
        """;

    /// <summary>The recalls of these releases, oldest first.</summary>
    internal static Task<List<RecallRow>> OfReleases(
        HubTransaction work, IReadOnlyCollection<Guid> releases, CancellationToken cancellationToken) =>
        work.Query(OfReleasesSql, [Parameter.As(releases.ToArray())], Read, cancellationToken);

    internal static Task Add(
        HubTransaction work, IReadOnlyList<RecallRow> recalls, CancellationToken cancellationToken) =>
        recalls.Count == 0 ? Task.CompletedTask : work.Execute(
            AddSql,
            [
                Parameter.Column(recalls, row => row.RecallId, NpgsqlDbType.Uuid),
                Parameter.Column(recalls, row => row.ReleaseId, NpgsqlDbType.Uuid),
                Parameter.Column(recalls, row => row.ReferralId, NpgsqlDbType.Uuid),
                Parameter.Column(recalls, row => row.Uscc, NpgsqlDbType.Text),
                Parameter.Column(recalls, row => NoticeParameters.Json(row.Items), NpgsqlDbType.Jsonb),
                Parameter.Column(recalls, row => row.Reason, NpgsqlDbType.Text),
                Parameter.Column(recalls, row => row.IssuedAt.ToUniversalTime(), NpgsqlDbType.TimestampTz),
                Parameter.Column(recalls, row => row.Deadline.ToUniversalTime(), NpgsqlDbType.TimestampTz),
            ],
            cancellationToken);

    /// <summary>The notices asked for, in the order they were issued in.</summary>
    public static Task<List<RecallRow>> List(
        HubTransaction work, NoticeQuery query, CancellationToken cancellationToken) =>
        work.Query(ListSql, NoticeParameters.Of(query), Read, cancellationToken);

    /// <summary>
    /// Takes the acknowledgement of the recipient, once; told again, the first stands. Null if there is no such notice for
    /// this organisation.
    /// </summary>
    internal static async Task<RecallRow?> Acknowledge(
        HubTransaction work, Guid recallId, string uscc, (string Kind, string? Reason) ack, DateTimeOffset at,
        CancellationToken cancellationToken) =>
        (await work.Query(
            AckSql,
            [
                Parameter.As(recallId), Parameter.Text(uscc), Parameter.Instant(at), Parameter.Text(ack.Kind),
                Parameter.Text(ack.Reason),
            ],
            Read, cancellationToken)).SingleOrDefault();

    public static async Task<NoticeCounts> Counts(
        HubTransaction work, DateTimeOffset now, CancellationToken cancellationToken) =>
        (await work.Query(
            CountsSql, [Parameter.Instant(now)], row => new NoticeCounts(row.GetInt64(0), row.GetInt64(1)),
            cancellationToken)).Single();

    private static RecallRow Read(NpgsqlDataReader row) => new()
    {
        RecallId = row.GetGuid(0),
        ReleaseId = row.GetGuid(1),
        ReferralId = row.GetGuid(2),
        Uscc = row.GetString(3),
        Items = row.GetFieldValue<string[]>(4),
        Reason = row.GetString(5),
        IssuedAt = row.GetFieldValue<DateTimeOffset>(6),
        Deadline = row.GetFieldValue<DateTimeOffset>(7),
        AckedAt = row.ValueOrNull<DateTimeOffset>(8),
        Ack = row.TextOrNull(9),
        AckReason = row.TextOrNull(10),
    };
}
