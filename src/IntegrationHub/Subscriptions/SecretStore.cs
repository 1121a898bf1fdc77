using IntegrationHub.Database;

namespace IntegrationHub.Subscriptions;

/// <summary>The signing secrets of a subscription: one that is, and those that still sign until their time is over. All are sealed.</summary>
internal static class SecretStore
{
    internal const string KeepFormerSql = """
        insert into subscriptions.former_secret (subscription_id, secret, ends_at)
        select subscription_id, secret, $2::timestamptz
          from subscriptions.subscription
         where subscription_id = $1
           and $2::timestamptz > $3
        on conflict (subscription_id, ends_at) do nothing
        """;

    internal const string ReplaceSql = """
        update subscriptions.subscription
           set secret  = $2
             , version = version + 1
         where subscription_id = $1
        """;

    // None outlives what the latest rotation says: who rotates because a secret leaked, says zero.
    internal const string ShortenSql = """
        delete from subscriptions.former_secret
         where subscription_id = $1
           and (ends_at <= $3 or $2 <= $3)
        """;

    public static async Task Rotate(
        HubTransaction work, Guid id, byte[] sealedSecret, DateTimeOffset formerEndsAt, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        await work.Execute(
            ShortenSql, [Parameter.As(id), Parameter.Instant(formerEndsAt), Parameter.Instant(now)], cancellationToken);
        await work.Execute(
            KeepFormerSql, [Parameter.As(id), Parameter.Instant(formerEndsAt), Parameter.Instant(now)], cancellationToken);
        await work.Execute(ReplaceSql, [Parameter.As(id), Parameter.Bytes(sealedSecret)], cancellationToken);
    }
}
