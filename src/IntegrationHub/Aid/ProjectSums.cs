using IntegrationHub.Database;

namespace IntegrationHub.Aid;

/// <summary>What a project gave, for the public (R51): no beneficiary, no place, and a note of how often it was corrected.</summary>
public sealed record ProjectSum(string Uscc, string Project, long? Records, decimal? Amount, bool IsCorrected);

/// <summary>Sums of projects for disclosure.</summary>
public static class ProjectSums
{
    internal const string OfSql = """
        select a.uscc, coalesce(a.project, ''), count(*) filter (where a.reverses_id is null and a.status = 'PAID'),
               coalesce(sum(a.amount) filter (where a.status = 'PAID' or a.reverses_id is not null), 0),
               bool_or(exists (select from aid.charity_aid_was w where w.aid_id = a.aid_id))
          from aid.charity_aid a
         where a.given_on between $1 and $2
           and a.funding <> 'GOV_PURCHASE'
           and ($3::text is null or a.campaign = $3)
         group by a.uscc, a.project
         order by a.uscc, a.project
        """;

    /// <param name="work">The open transaction.</param>
    /// <param name="from">First day.</param>
    /// <param name="to">Last day.</param>
    /// <param name="campaign">A drive whose aid alone counts (R34); null for all.</param>
    /// <param name="smallest">Fewer records than this are not told, nor is their amount.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    public static async Task<IReadOnlyList<ProjectSum>> Of(
        HubTransaction work, DateOnly from, DateOnly to, string? campaign, int smallest, CancellationToken cancellationToken)
    {
        var sums = await work.Query(
            OfSql, [Parameter.Date(from), Parameter.Date(to), Parameter.Text(campaign)],
            row => new ProjectSum(row.GetString(0), row.GetString(1), row.GetInt64(2), row.GetDecimal(3), row.GetBoolean(4)),
            cancellationToken);
        return [.. sums.Select(sum => sum.Records < smallest ? sum with { Records = null, Amount = null } : sum)];
    }
}
