using IntegrationHub.Database;

namespace IntegrationHub.Referrals;

/// <summary>How referrals moved in a stretch of time.</summary>
public static class TransitionCounts
{
    internal const string BetweenSql = """
        select state, count(*)
          from referrals.transition
         where at > $1
           and at <= $2
         group by state
        """;

    /// <summary>Moves into each state after one instant and up to another; states nobody moved into are left out.</summary>
    public static async Task<Dictionary<string, long>> Between(
        HubTransaction work, DateTimeOffset since, DateTimeOffset until, CancellationToken cancellationToken) =>
        (await work.Query(
            BetweenSql, [Parameter.Instant(since), Parameter.Instant(until)],
            row => (State: row.GetString(0), Count: row.GetInt64(1)), cancellationToken))
        .ToDictionary(row => row.State, row => row.Count);
}
