namespace IntegrationHub.Subscriptions;

/// <summary>What was delivered keeps its place in the sequence and loses its body (P14): that there is no hole can still be shown.</summary>
public static class DeliveryRetention
{
    internal const string CountSql = """
        select count(*)
          from subscriptions.delivery
         where state = 'DELIVERED'
           and delivered_at < $1
           and body <> ''
        """;

    internal const string EmptySql = """
        update subscriptions.delivery
           set body = ''
         where (subscription_id, sequence) in (select subscription_id, sequence
                                                 from subscriptions.delivery
                                                where state = 'DELIVERED'
                                                  and delivered_at < $1
                                                  and body <> ''
                                                limit $2)
        """;
}
