using System.Text.Json;
using IntegrationHub.Database;
using Npgsql;
using NpgsqlTypes;

namespace IntegrationHub.Disclosure;

/// <summary>
/// Proof of one disclosure: who got which items of whom, under which consent and rules, and the digest of the bytes
/// (P11).
/// </summary>
public sealed record ReleaseRow
{
    public required Guid ReleaseId { get; init; }
    public required long DecisionId { get; init; }
    public required Guid ReferralId { get; init; }
    public required int Attempt { get; init; }
    public required Guid PersonKey { get; init; }
    public required string Uscc { get; init; }
    public required string Purpose { get; init; }
    public required IReadOnlyList<string> Items { get; init; }
    public required string ConsentId { get; init; }
    public required int ConsentSequence { get; init; }
    public required string PolicyVersion { get; init; }
    public required byte[] Digest { get; init; }
    public required DateTimeOffset ReleasedAt { get; init; }

    /// <summary>The claim it was fetched under.</summary>
    public Guid? ClaimId { get; init; }

    /// <summary>
    /// A keyed digest of each item's value, in the order of <see cref="Items"/>: says later whether a value has changed
    /// without keeping it (P12). Empty for releases made before this was kept.
    /// </summary>
    public IReadOnlyList<Guid> ItemDigests { get; init; } = [];

    /// <summary>Of whom else of the household it told, each by their own consent; not read back with the row.</summary>
    public IReadOnlyList<MemberPermit> Members { get; init; } = [];

    /// <summary>How often these very bytes were sent: a retry after a lost answer counts again.</summary>
    public int Sends { get; init; } = 1;
}

/// <summary>The releases, written in the transaction of the answer they prove.</summary>
public static class ReleaseStore
{
    internal const string Columns = """
        release_id, decision_id, referral_id, attempt, person_key, uscc, purpose, items, consent_id, consent_sequence,
        policy_version, digest, released_at, sends, claim_id, item_digests
        """;

    internal const string AddSql = """
        insert into disclosure.release (
               release_id, decision_id, referral_id, attempt, person_key, uscc, purpose, items, consent_id,
               consent_sequence, policy_version, digest, released_at, claim_id, item_digests)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
        """;

    internal const string AddMembersSql = """
        insert into disclosure.release_member (release_id, person_key, items, consent_id, consent_sequence)
        select $1::uuid, told.person_key, array(select jsonb_array_elements_text(told.items)), told.consent_id
             , told.consent_sequence
          from unnest($2::uuid[], $3::jsonb[], $4::text[], $5::int[])
               as told (person_key, items, consent_id, consent_sequence)
        """;

    internal const string SentAgainSql = """
        update disclosure.release
           set sends = sends + 1
         where release_id = $1
        """;

    internal const string LatestSql = $"""
        select {Columns}
          from disclosure.release
         where referral_id = $1
           and attempt = $2
           and uscc = $3
           and items = $4
           and claim_id is not distinct from $5
         order by released_at desc, release_id desc
         limit 1
        """;

    internal const string OfReferralsSql = $"""
        select {Columns}
          from disclosure.release
         where referral_id = any ($1)
         order by released_at, release_id
        """;

    internal const string LockOfPeopleSql = $"""
        select {Columns}
          from disclosure.release
         where person_key = any ($1)
            or release_id in (select release_id from disclosure.release_member where person_key = any ($1))
         order by release_id
           for update
        """;

    internal const string MembersOfSql = """
        select release_id, person_key, items, consent_id, consent_sequence
          from disclosure.release_member
         where person_key = any ($1)
        """;

    internal const string PeopleOfSql = """
        select person_key
          from disclosure.release
         where person_key = any ($1)
         union
        select person_key
          from disclosure.release_member
         where person_key = any ($1)
        """;

    /// <summary>Those of these people of whom anything was ever released.</summary>
    public static Task<List<Guid>> PeopleOf(
        HubTransaction work, IReadOnlyCollection<Guid> people, CancellationToken cancellationToken) =>
        work.Query(PeopleOfSql, [Parameter.As(people.ToArray())], row => row.GetGuid(0), cancellationToken);

    /// <summary>
    /// All releases that told of these people, in the order they were made, locked: two reviews of one person queue up.
    /// </summary>
    public static Task<List<ReleaseRow>> LockOfPeople(
        HubTransaction work, IReadOnlyCollection<Guid> people, CancellationToken cancellationToken) =>
        work.Query(LockOfPeopleSql, [Parameter.As(people.ToArray())], Read, cancellationToken);

    /// <summary>What was told of these people as others of a household, by release.</summary>
    public static async Task<ILookup<Guid, MemberPermit>> MembersOf(
        HubTransaction work, IReadOnlyCollection<Guid> people, CancellationToken cancellationToken) =>
        (await work.Query(
            MembersOfSql, [Parameter.As(people.ToArray())],
            row => (ReleaseId: row.GetGuid(0), Member: new MemberPermit(
                row.GetGuid(1), null, row.GetFieldValue<string[]>(2), row.GetString(3), row.GetInt32(4))),
            cancellationToken))
        .ToLookup(row => row.ReleaseId, row => row.Member);

    /// <summary>All releases made under these referrals.</summary>
    public static Task<List<ReleaseRow>> OfReferrals(
        HubTransaction work, IReadOnlyCollection<Guid> referrals, CancellationToken cancellationToken) =>
        work.Query(OfReferralsSql, [Parameter.As(referrals.ToArray())], Read, cancellationToken);

    internal static async Task<ReleaseRow?> Latest(
        HubTransaction work, ReleaseOrder order, IReadOnlyList<string> items, CancellationToken cancellationToken) =>
        (await work.Query(
            LatestSql,
            [
                Parameter.As(order.ReferralId), Parameter.As(order.Attempt), Parameter.Text(order.Uscc),
                Parameter.As(items.ToArray()), Parameter.Uuid(order.ClaimId),
            ],
            Read, cancellationToken)).SingleOrDefault();

    internal static Task SentAgain(HubTransaction work, Guid releaseId, CancellationToken cancellationToken) =>
        work.Execute(SentAgainSql, [Parameter.As(releaseId)], cancellationToken);

    internal static async Task Add(HubTransaction work, ReleaseRow row, CancellationToken cancellationToken)
    {
        await work.Execute(AddSql, ColumnsOf(row), cancellationToken);
        if (row.Members.Count > 0)
        {
            await work.Execute(
                AddMembersSql,
                [
                    Parameter.As(row.ReleaseId),
                    Parameter.Column(row.Members, member => member.PersonKey, NpgsqlDbType.Uuid),
                    Parameter.Column(row.Members, member => JsonSerializer.Serialize(member.Items), NpgsqlDbType.Jsonb),
                    Parameter.Column(row.Members, member => member.ConsentId, NpgsqlDbType.Text),
                    Parameter.Column(row.Members, member => member.ConsentSequence, NpgsqlDbType.Integer),
                ],
                cancellationToken);
        }
    }

    private static NpgsqlParameter[] ColumnsOf(ReleaseRow row) =>
    [
        Parameter.As(row.ReleaseId), Parameter.As(row.DecisionId), Parameter.As(row.ReferralId),
        Parameter.As(row.Attempt), Parameter.As(row.PersonKey), Parameter.Text(row.Uscc),
        Parameter.Text(row.Purpose), Parameter.As(row.Items.ToArray()), Parameter.Text(row.ConsentId),
        Parameter.As(row.ConsentSequence),
        Parameter.Text(row.PolicyVersion), Parameter.Bytes(row.Digest), Parameter.Instant(row.ReleasedAt),
        Parameter.Uuid(row.ClaimId), Parameter.As(row.ItemDigests.ToArray()),
    ];

    internal static ReleaseRow Read(NpgsqlDataReader row) => new()
    {
        ReleaseId = row.GetGuid(0),
        DecisionId = row.GetInt64(1),
        ReferralId = row.GetGuid(2),
        Attempt = row.GetInt32(3),
        PersonKey = row.GetGuid(4),
        Uscc = row.GetString(5),
        Purpose = row.GetString(6),
        Items = row.GetFieldValue<string[]>(7),
        ConsentId = row.GetString(8),
        ConsentSequence = row.GetInt32(9),
        PolicyVersion = row.GetString(10),
        Digest = row.GetFieldValue<byte[]>(11),
        ReleasedAt = row.GetFieldValue<DateTimeOffset>(12),
        Sends = row.GetInt32(13),
        ClaimId = row.ValueOrNull<Guid>(14),
        ItemDigests = row.IsDBNull(15) ? [] : row.GetFieldValue<Guid[]>(15),
    };
}
