using System.Text;
using IntegrationHub.Database;
using Npgsql;

namespace IntegrationHub.Policy;

/// <summary>A version of the rules as it is published: the file as it stands, and who answers for it.</summary>
public sealed record PolicyEdition
{
    public required PolicyPack Pack { get; init; }
    public required byte[] Body { get; init; }
    public required byte[] Digest { get; init; }
    public required string PublishedBy { get; init; }
    public required string ApprovedBy { get; init; }
    public required string Reason { get; init; }
}

/// <summary>A published version without its body.</summary>
public sealed record PolicyVersion(
    string Version, DateOnly EffectiveFrom, DateOnly? EffectiveTo, string Digest, DateTimeOffset PublishedAt,
    string PublishedBy, string ApprovedBy, string Reason);

/// <summary>Every version of the rules, each as it was published. A version is added once and never changed.</summary>
internal static class PolicyStore
{
    internal const string VersionsSql = """
        select version
          from policy.pack
        """;

    internal const string BodiesSql = """
        select body
          from policy.pack
         order by effective_from
        """;

    internal const string ListSql = """
        select version, effective_from, effective_to, encode(digest, 'hex'), published_at, published_by, approved_by, reason
          from policy.pack
         order by effective_from
        """;

    internal const string BodySql = """
        select body
          from policy.pack
         where version = $1
        """;

    internal const string AddSql = """
        insert into policy.pack (
               version, effective_from, effective_to, body, digest, published_at, published_by, approved_by, reason)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        """;

    internal const string ProposalSql = """
        select digest, proposed_by
          from policy.proposal
         where version = $1
        """;

    internal const string ProposeSql = """
        insert into policy.proposal (version, digest, proposed_by, proposed_at, reason)
        values ($1, $2, $3, $4, $5)
            on conflict (version) do update
           set digest      = excluded.digest
             , proposed_by = excluded.proposed_by
             , proposed_at = excluded.proposed_at
             , reason      = excluded.reason
        """;

    internal const string SettleSql = """
        delete from policy.proposal
         where version = $1
        """;

    // Two who publish at once wait for each other: each sees the other's version.
    internal const string LockSql = """
        select pg_advisory_xact_lock(7110002)
        """;

    public static async Task<HashSet<string>> Versions(HubTransaction work, CancellationToken cancellationToken) =>
        [.. await work.Query(VersionsSql, [], row => row.GetString(0), cancellationToken)];

    public static async Task<IReadOnlyList<PolicyPack>> All(HubTransaction work, CancellationToken cancellationToken) =>
        await work.Query(BodiesSql, [], Read, cancellationToken);

    /// <summary>The same without waiting for a turn, for the one who asks before anything was read.</summary>
    public static IReadOnlyList<PolicyPack> AllNow(HubDatabase database) => database.ReadNow(BodiesSql, Read);

    public static Task<List<PolicyVersion>> List(HubTransaction work, CancellationToken cancellationToken) => work.Query(
        ListSql, [],
        row => new PolicyVersion(
            row.GetString(0), row.GetFieldValue<DateOnly>(1), row.ValueOrNull<DateOnly>(2), row.GetString(3),
            row.GetFieldValue<DateTimeOffset>(4), row.GetString(5), row.GetString(6), row.GetString(7)),
        cancellationToken);

    /// <summary>The file of a version as it was published.</summary>
    public static async Task<byte[]?> Body(HubTransaction work, string version, CancellationToken cancellationToken) =>
        (await work.Query(
            BodySql, [Parameter.Text(version)], row => Encoding.UTF8.GetBytes(row.GetString(0)), cancellationToken))
        .SingleOrDefault();

    /// <summary>Who proposed a version, and the digest of what they proposed.</summary>
    public static async Task<(byte[] Digest, string By)?> Proposal(
        HubTransaction work, string version, CancellationToken cancellationToken)
    {
        var rows = await work.Query(
            ProposalSql, [Parameter.Text(version)], row => (row.GetFieldValue<byte[]>(0), row.GetString(1)), cancellationToken);
        return rows.Count == 0 ? null : rows[0];
    }

    public static Task Propose(
        HubTransaction work, PolicyEdition edition, DateTimeOffset at, CancellationToken cancellationToken) =>
        work.Execute(
            ProposeSql,
            [
                Parameter.Text(edition.Pack.Version), Parameter.Bytes(edition.Digest), Parameter.Text(edition.PublishedBy),
                Parameter.Instant(at), Parameter.Text(edition.Reason),
            ],
            cancellationToken);

    public static Task Settle(HubTransaction work, string version, CancellationToken cancellationToken) =>
        work.Execute(SettleSql, [Parameter.Text(version)], cancellationToken);

    public static Task Lock(HubTransaction work, CancellationToken cancellationToken) =>
        work.Execute(LockSql, [], cancellationToken);

    public static Task Add(
        HubTransaction work, PolicyEdition edition, DateTimeOffset at, CancellationToken cancellationToken) =>
        work.Execute(
            AddSql,
            [
                Parameter.Text(edition.Pack.Version), Parameter.Date(edition.Pack.EffectiveFrom),
                Parameter.Date(edition.Pack.EffectiveTo), Parameter.Text(Encoding.UTF8.GetString(edition.Body)),
                Parameter.Bytes(edition.Digest), Parameter.Instant(at), Parameter.Text(edition.PublishedBy),
                Parameter.Text(edition.ApprovedBy), Parameter.Text(edition.Reason),
            ],
            cancellationToken);

    private static PolicyPack Read(NpgsqlDataReader row) => PolicyFile.Parse(Encoding.UTF8.GetBytes(row.GetString(0)));
}
