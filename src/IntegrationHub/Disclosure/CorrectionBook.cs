using IntegrationHub.Database;
using Npgsql;
using NpgsqlTypes;

namespace IntegrationHub.Disclosure;

/// <summary>A correction notice: which items of a release have another value now. Never the value.</summary>
public sealed record CorrectionRow
{
    public required Guid CorrectionId { get; init; }
    public required Guid ReleaseId { get; init; }
    public required Guid ReferralId { get; init; }
    public required string Uscc { get; init; }
    public required IReadOnlyList<string> Items { get; init; }

    /// <summary>Keyed digests of the values there were then, in the order of the items; they stay inside.</summary>
    internal IReadOnlyList<Guid> ItemDigests { get; init; } = [];

    /// <summary>Whether the new values could be claimed when it was issued; else only the notice is owed.</summary>
    public required bool Claimable { get; init; }
    public required DateTimeOffset IssuedAt { get; init; }
    public required DateTimeOffset Deadline { get; init; }
    public DateTimeOffset? AckedAt { get; init; }
}

/// <summary>The corrections as stored. Issued once for each change, acknowledged once.</summary>
public static class CorrectionBook
{
    private const string Columns = """
        correction_id, release_id, referral_id, uscc, items, item_digests, claimable, issued_at, deadline, acked_at
        """;

    internal const string OfReleasesSql = $"""
        select {Columns}
          from disclosure.correction
         where release_id = any ($1)
         order by issued_at, correction_id
        """;

    internal const string AddSql = """
        insert into disclosure.correction (
               correction_id, release_id, referral_id, uscc, items, item_digests, claimable, issued_at, deadline)
        select told.correction_id, told.release_id, told.referral_id, told.uscc
             , array(select jsonb_array_elements_text(told.items))
             , array(select jsonb_array_elements_text(told.item_digests)::uuid)
             , told.claimable, told.issued_at, told.deadline
          from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::jsonb[], $6::jsonb[], $7::boolean[],
                      $8::timestamptz[], $9::timestamptz[])
               as told (correction_id, release_id, referral_id, uscc, items, item_digests, claimable, issued_at, deadline)
        """;

    internal const string ListSql = $"""
        select {Columns}
          from disclosure.correction
         where ($1::text is null or uscc = $1)
           and ($2::boolean is null or (acked_at is null) = $2)
           and ($3::timestamptz is null or (acked_at is null and deadline <= $3))
           and (issued_at, correction_id) > ($4, $5)
         order by issued_at, correction_id
         limit $6
        """;

    internal const string AckSql = $"""
        update disclosure.correction
           set acked_at = coalesce(acked_at, $3)
         where correction_id = $1
           and uscc = $2
        returning {Columns}
        """;

    internal const string CountsSql = """
        select count(*)
             , count(*) filter (where deadline <= $1)
          from disclosure.correction
         where acked_at is null
        """;

    /// <summary>The corrections of these releases, oldest first.</summary>
    internal static Task<List<CorrectionRow>> OfReleases(
        HubTransaction work, IReadOnlyCollection<Guid> releases, CancellationToken cancellationToken) =>
        work.Query(OfReleasesSql, [Parameter.As(releases.ToArray())], Read, cancellationToken);

    internal static Task Add(
        HubTransaction work, IReadOnlyList<CorrectionRow> rows, CancellationToken cancellationToken) =>
        rows.Count == 0 ? Task.CompletedTask : work.Execute(
            AddSql,
            [
                Parameter.Column(rows, row => row.CorrectionId, NpgsqlDbType.Uuid),
                Parameter.Column(rows, row => row.ReleaseId, NpgsqlDbType.Uuid),
                Parameter.Column(rows, row => row.ReferralId, NpgsqlDbType.Uuid),
                Parameter.Column(rows, row => row.Uscc, NpgsqlDbType.Text),
                Parameter.Column(rows, row => NoticeParameters.Json(row.Items), NpgsqlDbType.Jsonb),
                Parameter.Column(rows, row => NoticeParameters.Json(row.ItemDigests), NpgsqlDbType.Jsonb),
                Parameter.Column(rows, row => row.Claimable, NpgsqlDbType.Boolean),
                Parameter.Column(rows, row => row.IssuedAt.ToUniversalTime(), NpgsqlDbType.TimestampTz),
                Parameter.Column(rows, row => row.Deadline.ToUniversalTime(), NpgsqlDbType.TimestampTz),
            ],
            cancellationToken);

    /// <summary>The notices asked for, in the order they were issued in.</summary>
    public static Task<List<CorrectionRow>> List(
        HubTransaction work, NoticeQuery query, CancellationToken cancellationToken) =>
        work.Query(ListSql, NoticeParameters.Of(query), Read, cancellationToken);

    /// <summary>Takes the acknowledgement, once; null if there is no such notice for this organisation.</summary>
    internal static async Task<CorrectionRow?> Acknowledge(
        HubTransaction work, Guid correctionId, string uscc, DateTimeOffset at, CancellationToken cancellationToken) =>
        (await work.Query(
            AckSql, [Parameter.As(correctionId), Parameter.Text(uscc), Parameter.Instant(at)], Read, cancellationToken))
        .SingleOrDefault();

    public static async Task<NoticeCounts> Counts(
        HubTransaction work, DateTimeOffset now, CancellationToken cancellationToken) =>
        (await work.Query(
            CountsSql, [Parameter.Instant(now)], row => new NoticeCounts(row.GetInt64(0), row.GetInt64(1)),
            cancellationToken)).Single();

    private static CorrectionRow Read(NpgsqlDataReader row) => new()
    {
        CorrectionId = row.GetGuid(0),
        ReleaseId = row.GetGuid(1),
        ReferralId = row.GetGuid(2),
        Uscc = row.GetString(3),
        Items = row.GetFieldValue<string[]>(4),
        ItemDigests = row.GetFieldValue<Guid[]>(5),
        Claimable = row.GetBoolean(6),
        IssuedAt = row.GetFieldValue<DateTimeOffset>(7),
        Deadline = row.GetFieldValue<DateTimeOffset>(8),
        AckedAt = row.ValueOrNull<DateTimeOffset>(9),
    };
}
