using IntegrationHub.Database;

namespace IntegrationHub.Referrals;

/// <summary>The source's own number of the need behind a referral: what its sender knows it by.</summary>
public static class NeedRefs
{
    internal const string OfReferralsSql = """
        select r.referral_id, n.need_ref
          from referrals.referral r
          join referrals.need n on n.need_id = r.need_id
         where r.referral_id = any ($1)
        """;

    public static async Task<Dictionary<Guid, string>> Of(
        HubTransaction work, IReadOnlyCollection<Guid> referralIds, CancellationToken cancellationToken)
    {
        var rows = await work.Query(
            OfReferralsSql, [Parameter.As(referralIds.ToArray())], row => (row.GetGuid(0), row.GetString(1)), cancellationToken);
        return rows.ToDictionary(row => row.Item1, row => row.Item2);
    }
}
