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
