using IntegrationHub.Database;

namespace IntegrationHub.Referrals;

/// <summary>A need as it is counted: codes, and the keys by which its aid and its person's category are found.</summary>
public sealed record ToCount(
    Guid NeedId, Guid PersonKey, string Division, string Kind, string Channel, string Status, Guid? ReferralId, string? State, string? Uscc);

/// <summary>What an organisation did with the offers of a stretch of time.</summary>
public sealed record OfferCounts(string Uscc, string Name, long Offers, long Accepted, long Declined, long Lapsed);

/// <summary>Needs and offers for those who count them.</summary>
public static class NeedCounts
{
    internal const string NeedsSql = """
        select n.need_id, n.person_key, n.division, n.kind, n.channel, n.status, r.referral_id, r.state, r.uscc
          from referrals.need n
          left join referrals.referral r on r.need_id = n.need_id
         where coalesce(n.opened_on, n.queued_on) between $1 and $2
         order by n.need_id
        """;

    // An offer is what it came to; what came after an acceptance is an acceptance too.
    internal const string OffersSql = """
        select a.uscc, coalesce(o.name, ''), count(*),
               count(*) filter (where a.state not in ('OFFERED', 'DECLINED', 'LAPSED', 'WITHDRAWN', 'CANCELLED')),
               count(*) filter (where a.state = 'DECLINED'),
               count(*) filter (where a.state = 'LAPSED')
          from referrals.attempt a
          left join referrals.organisation o on o.uscc = a.uscc
         where a.offered_at >= $1
           and a.offered_at < $2
         group by a.uscc, o.name
         order by a.uscc
        """;

    public static Task<List<ToCount>> Needs(HubTransaction work, DateOnly from, DateOnly to, CancellationToken cancellationToken) =>
        work.Query(
            NeedsSql, [Parameter.Date(from), Parameter.Date(to)],
            row => new ToCount(
                row.GetGuid(0), row.GetGuid(1), row.GetString(2), row.GetString(3), row.GetString(4), row.GetString(5), row.ValueOrNull<Guid>(6),
                row.TextOrNull(7), row.TextOrNull(8)),
            cancellationToken);

    public static Task<List<OfferCounts>> Offers(
        HubTransaction work, DateTimeOffset since, DateTimeOffset until, CancellationToken cancellationToken) =>
        work.Query(
            OffersSql, [Parameter.Instant(since), Parameter.Instant(until)],
            row => new OfferCounts(
                row.GetString(0), row.GetString(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4), row.GetInt64(5)),
            cancellationToken);
}
