using IntegrationHub.Database;

namespace IntegrationHub.Disclosure;

/// <summary>What was released and what was refused in a stretch of time.</summary>
public static class DisclosureCounts
{
    internal const string ReleasedSql = """
        select count(*)
          from disclosure.release
         where released_at > $1
           and released_at <= $2
        """;

    internal const string RefusedSql = """
        select count(distinct (referral_id, attempt))
          from disclosure.decision
         where at > $1
           and at <= $2
           and step = 'CLAIM'
           and not permitted
        """;

    internal const string DecidedReferralsSql = """
        select distinct referral_id
          from disclosure.decision
         where referral_id > $1
         order by referral_id
         limit $2
        """;

    internal const string ReleasesSinceSql = """
        select count(*)
          from disclosure.release
         where release_id > $1
        """;

    /// <summary>The next referrals after an id about which anything was decided.</summary>
    public static Task<List<Guid>> DecidedReferrals(
        HubTransaction work, Guid after, int limit, CancellationToken cancellationToken) =>
        work.Query(DecidedReferralsSql, [Parameter.As(after), Parameter.As(limit)], row => row.GetGuid(0), cancellationToken);

    /// <summary>How many releases have a greater id, which is: were made later.</summary>
    public static async Task<long> ReleasesAfter(HubTransaction work, Guid after, CancellationToken cancellationToken) =>
        (await work.Query(ReleasesSinceSql, [Parameter.As(after)], row => row.GetInt64(0), cancellationToken)).Single();

    /// <summary>Releases after one instant and up to another; the same bytes sent again are one release.</summary>
    public static Task<long> Released(
        HubTransaction work, DateTimeOffset since, DateTimeOffset until, CancellationToken cancellationToken) =>
        Count(work, ReleasedSql, since, until, cancellationToken);

    /// <summary>Attempts whose claim was refused; asking again and being refused again is one.</summary>
    public static Task<long> Refused(
        HubTransaction work, DateTimeOffset since, DateTimeOffset until, CancellationToken cancellationToken) =>
        Count(work, RefusedSql, since, until, cancellationToken);

    private static async Task<long> Count(
        HubTransaction work, string sql, DateTimeOffset since, DateTimeOffset until,
        CancellationToken cancellationToken)
    {
        var counts = await work.Query(
            sql, [Parameter.Instant(since), Parameter.Instant(until)], row => row.GetInt64(0), cancellationToken);
        return counts.Single();
    }
}
