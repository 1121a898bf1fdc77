using IntegrationHub.Database;

namespace IntegrationHub.Subscriptions;

/// <summary>Deliveries not taken by their subscriber: waiting since after an instant, since before it, given up.</summary>
public sealed record DeliveryCounts(long Young, long Old, long Parked)
{
    internal const string OpenSql = """
        select count(*) filter (where state = 'WAITING' and created_at > $1)
             , count(*) filter (where state = 'WAITING' and created_at <= $1)
             , count(*) filter (where state = 'PARKED')
          from subscriptions.delivery
         where state in ('WAITING', 'PARKED')
        """;

    public static async Task<DeliveryCounts> Open(
        HubTransaction work, DateTimeOffset youngAfter, CancellationToken cancellationToken) =>
        (await work.Query(
            OpenSql, [Parameter.Instant(youngAfter)],
            row => new DeliveryCounts(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2)), cancellationToken)).Single();
}
