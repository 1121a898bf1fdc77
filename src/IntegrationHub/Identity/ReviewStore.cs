using System.Text.Json;
using IntegrationHub.Database;
using Npgsql;
using NpgsqlTypes;

namespace IntegrationHub.Identity;

/// <summary>One side of a review: a person, or one name of a person whose number is contested.</summary>
public sealed record ReviewSide(Guid Key, Guid PersonKey, Guid? NameIndex);

/// <summary>A pair that a person is asked about. It holds no value of anyone.</summary>
public sealed record Review
{
    public const string Open = "OPEN";
    public const string Proposed = "PROPOSED";
    public const string Merged = "MERGED";
    public const string Rejected = "REJECTED";

    public required Guid ReviewId { get; init; }
    public required string Kind { get; init; }
    public required ReviewSide One { get; init; }
    public required ReviewSide Other { get; init; }
    public required double Score { get; init; }

    /// <summary>What agreed and what did not, such as <c>NAME:EXACT</c>.</summary>
    public required IReadOnlyList<string> Explanation { get; init; }
    public required string RuleVersion { get; init; }
    public required string State { get; init; }
    public required DateTimeOffset OpenedAt { get; init; }
    public Guid? KeepKey { get; init; }
    public string? ProposedBy { get; init; }
    public string? DecidedBy { get; init; }
    public DateTimeOffset? DecidedAt { get; init; }
    public string? Reason { get; init; }

    /// <summary>What was compared, as a keyed hash: a rejected pair comes back only when this changes.</summary>
    internal Guid Fingerprint { get; init; }
}

/// <summary>A matter a county's civil affairs must settle.</summary>
public sealed record IdentityCase(Guid PersonKey, string Kind, string County, string State, DateTimeOffset OpenedAt)
{
    public const string SharedId = "SHARED_ID";
    public const string TwoCounties = "TWO_COUNTIES";
}

internal static class ReviewStore
{
    private const string Columns = """
        review_id, kind, one_key, one_person, one_name, other_key, other_person, other_name, score, explanation,
        rule_version, state, opened_at, keep_key, proposed_by, decided_by, decided_at, reason, fingerprint
        """;

    internal const string OpenSql = """
        insert into identity.review as known (
               review_id, kind, one_key, one_person, one_name, other_key, other_person, other_name, score, explanation,
               fingerprint, rule_version, state, opened_at)
        select found.review_id, found.kind, found.one_key, found.one_person, found.one_name, found.other_key
             , found.other_person, found.other_name, found.score
             , array(select jsonb_array_elements_text(found.explanation)), found.fingerprint, found.rule_version, 'OPEN'
             , $13::timestamptz
          from unnest($1::uuid[], $2::text[], $3::uuid[], $4::uuid[], $5::uuid[], $6::uuid[], $7::uuid[], $8::uuid[],
                      $9::real[], $10::jsonb[], $11::uuid[], $12::text[])
               as found (review_id, kind, one_key, one_person, one_name, other_key, other_person, other_name, score,
                         explanation, fingerprint, rule_version)
            on conflict (review_id) do update
           set kind         = excluded.kind
             , score        = excluded.score
             , explanation  = excluded.explanation
             , fingerprint  = excluded.fingerprint
             , rule_version = excluded.rule_version
             , state        = 'OPEN'
             , opened_at    = excluded.opened_at
             , keep_key     = null
             , proposed_by  = null
             , decided_by   = null
             , decided_at   = null
             , reason       = null
         where known.state in ('OPEN', 'REJECTED', 'SETTLED')
           and (known.fingerprint <> excluded.fingerprint or known.state = 'SETTLED')
        returning review_id
        """;

    internal const string ListSql = $"""
        select {Columns}
          from identity.review
         where ($1 is null or state = $1)
           and ($2 is null or kind = $2)
         order by score desc, review_id
         limit $3
        """;

    internal const string CountsSql = """
        select state || ' ' || kind, count(*)
          from identity.review
         group by state, kind
         order by state, kind
        """;

    internal const string ByIdSql = $"""
        select {Columns}
          from identity.review
         where review_id = any ($1)
        """;

    internal const string LockSql = $"""
        select {Columns}
          from identity.review
         where review_id = $1
           for update
        """;

    internal const string DecideSql = """
        update identity.review
           set state       = $2
             , keep_key    = $3
             , proposed_by = $4
             , decided_by  = $5
             , decided_at  = $6
             , reason      = $7
         where review_id = $1
        """;

    internal const string WaitingSql = """
        select count(*)
          from identity.review
         where state in ('OPEN', 'PROPOSED')
        """;

    // A number that only one name claims any more is contested no longer.
    internal const string SettleSql = """
        update identity.review r
           set state = 'SETTLED'
         where r.state in ('OPEN', 'PROPOSED')
           and r.kind in ('RENAME', 'SHARED_ID')
           and (select count(distinct m.name_index)
                  from identity.member m
                 where m.person_key = r.one_person
                   and not m.ended) < 2
        """;

    internal const string OpenCasesSql = """
        insert into identity.case as known (person_key, kind, county, opened_at)
        select person_key, kind, county, $4::timestamptz
          from unnest($1::uuid[], $2::text[], $3::text[]) as found (person_key, kind, county)
            on conflict (person_key, kind, county) do update
           set state     = 'OPEN'
             , opened_at = excluded.opened_at
         where known.state = 'CLOSED'
        """;

    internal const string CloseCasesSql = """
        update identity.case c
           set state = 'CLOSED'
         where c.state = 'OPEN'
           and c.kind = 'SHARED_ID'
           and (select count(distinct m.name_index)
                  from identity.member m
                 where m.person_key = c.person_key
                   and not m.ended) < 2
        """;

    internal const string CasesSql = """
        select person_key, kind, county, state, opened_at
          from identity.case
         where state = 'OPEN'
           and ($1 is null or county = $1)
         order by county, kind, person_key
         limit $2
        """;

    public static async Task<int> Add(
        HubTransaction work, IReadOnlyCollection<Review> reviews, DateTimeOffset now, CancellationToken cancellationToken) =>
        reviews.Count == 0 ? 0 : (await work.Query(
            OpenSql,
            [
                Parameter.Column(reviews, review => review.ReviewId, NpgsqlDbType.Uuid),
                Parameter.Column(reviews, review => review.Kind, NpgsqlDbType.Text),
                Parameter.Column(reviews, review => review.One.Key, NpgsqlDbType.Uuid),
                Parameter.Column(reviews, review => review.One.PersonKey, NpgsqlDbType.Uuid),
                Parameter.Column(reviews, review => review.One.NameIndex, NpgsqlDbType.Uuid),
                Parameter.Column(reviews, review => review.Other.Key, NpgsqlDbType.Uuid),
                Parameter.Column(reviews, review => review.Other.PersonKey, NpgsqlDbType.Uuid),
                Parameter.Column(reviews, review => review.Other.NameIndex, NpgsqlDbType.Uuid),
                Parameter.Column(reviews, review => (float)review.Score, NpgsqlDbType.Real),
                Parameter.Column(reviews, review => JsonSerializer.Serialize(review.Explanation), NpgsqlDbType.Jsonb),
                Parameter.Column(reviews, review => review.Fingerprint, NpgsqlDbType.Uuid),
                Parameter.Column(reviews, review => review.RuleVersion, NpgsqlDbType.Text),
                Parameter.Instant(now),
            ],
            row => row.GetGuid(0),
            cancellationToken)).Count;

    public static Task<List<Review>> List(
        HubTransaction work, string? state, string? kind, int limit, CancellationToken cancellationToken) =>
        work.Query(ListSql, [Parameter.Text(state), Parameter.Text(kind), Parameter.As(limit)], Read, cancellationToken);

    public static async Task<Dictionary<string, long>> Counts(HubTransaction work, CancellationToken cancellationToken) =>
        (await work.Query(CountsSql, [], row => (Which: row.GetString(0), Count: row.GetInt64(1)), cancellationToken))
        .ToDictionary(row => row.Which, row => row.Count);

    public static async Task<Dictionary<Guid, Review>> Find(
        HubTransaction work, IReadOnlyCollection<Guid> reviews, CancellationToken cancellationToken) =>
        (await work.Query(ByIdSql, [Parameter.As(reviews.ToArray())], Read, cancellationToken))
        .ToDictionary(review => review.ReviewId);

    public static async Task<Review?> Lock(HubTransaction work, Guid reviewId, CancellationToken cancellationToken) =>
        (await work.Query(LockSql, [Parameter.As(reviewId)], Read, cancellationToken)).SingleOrDefault();

    public static Task Decide(HubTransaction work, Review review, CancellationToken cancellationToken) => work.Execute(
        DecideSql,
        [
            Parameter.As(review.ReviewId), Parameter.Text(review.State), Parameter.Uuid(review.KeepKey),
            Parameter.Text(review.ProposedBy), Parameter.Text(review.DecidedBy), Parameter.Instant(review.DecidedAt),
            Parameter.Text(review.Reason),
        ],
        cancellationToken);

    /// <summary>How many pairs wait in the queue.</summary>
    public static async Task<int> Waiting(HubTransaction work, CancellationToken cancellationToken) =>
        (int)(await work.Query(WaitingSql, [], row => row.GetInt64(0), cancellationToken)).Single();

    /// <summary>Closes what the records themselves have settled.</summary>
    public static async Task Settle(HubTransaction work, CancellationToken cancellationToken)
    {
        await work.Execute(SettleSql, [], cancellationToken);
        await work.Execute(CloseCasesSql, [], cancellationToken);
    }

    public static async Task OpenCases(
        HubTransaction work, IReadOnlyCollection<(Guid Person, string Kind, string County)> cases, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        if (cases.Count == 0)
            return;
        await work.Execute(
            OpenCasesSql,
            [
                Parameter.Column(cases, one => one.Person, NpgsqlDbType.Uuid),
                Parameter.Column(cases, one => one.Kind, NpgsqlDbType.Text),
                Parameter.Column(cases, one => one.County, NpgsqlDbType.Text),
                Parameter.Instant(now),
            ],
            cancellationToken);
    }

    public static Task<List<IdentityCase>> Cases(
        HubTransaction work, string? county, int limit, CancellationToken cancellationToken) =>
        work.Query(
            CasesSql, [Parameter.Text(county), Parameter.As(limit)],
            row => new IdentityCase(
                row.GetGuid(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetFieldValue<DateTimeOffset>(4)),
            cancellationToken);

    private static Review Read(NpgsqlDataReader row) => new()
    {
        ReviewId = row.GetGuid(0),
        Kind = row.GetString(1),
        One = new ReviewSide(row.GetGuid(2), row.GetGuid(3), row.ValueOrNull<Guid>(4)),
        Other = new ReviewSide(row.GetGuid(5), row.GetGuid(6), row.ValueOrNull<Guid>(7)),
        Score = Math.Round(row.GetFloat(8), 2),
        Explanation = row.GetFieldValue<string[]>(9),
        RuleVersion = row.GetString(10),
        State = row.GetString(11),
        OpenedAt = row.GetFieldValue<DateTimeOffset>(12),
        KeepKey = row.ValueOrNull<Guid>(13),
        ProposedBy = row.TextOrNull(14),
        DecidedBy = row.TextOrNull(15),
        DecidedAt = row.ValueOrNull<DateTimeOffset>(16),
        Reason = row.TextOrNull(17),
        Fingerprint = row.GetGuid(18),
    };
}
