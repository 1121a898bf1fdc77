using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Database;

namespace IntegrationHub.Subscriptions;

/// <summary>A subscription as an operator sees it.</summary>
public sealed record SubscriptionSummary
{
    public required Guid SubscriptionId { get; init; }
    public required string Uscc { get; init; }
    public required string Url { get; init; }
    public required string State { get; init; }
    public required long LastSequence { get; init; }
    public required long Waiting { get; init; }
    public required long Parked { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
}

internal sealed record SubscriptionRow(
    Guid SubscriptionId, string Uscc, string Url, byte[] SealedSecret, byte[] KeyHash);

internal static class SubscriptionStore
{
    internal const string AddSql = """
        with added as (
            insert into subscriptions.subscription (subscription_id, uscc, url, secret, created_at)
            values ($1, $2, $3, $4, $6)
                on conflict (uscc, url) do nothing
            returning uscc
        )
        insert into subscriptions.api_key (key_hash, uscc, created_at)
        select $5, uscc, $6
          from added
        """;

    internal const string ListSql = """
        select s.subscription_id, s.uscc, s.url, s.state, s.last_sequence, s.created_at
             , count(d.sequence) filter (where d.state = 'WAITING')
             , count(d.sequence) filter (where d.state = 'PARKED')
          from subscriptions.subscription s
          left join subscriptions.delivery d on d.subscription_id = s.subscription_id and d.state <> 'DELIVERED'
         group by s.subscription_id
         order by s.uscc, s.created_at
        """;

    internal const string CallerSql = """
        select uscc
          from subscriptions.api_key
         where key_hash = $1
           and revoked_at is null
        """;

    /// <summary>
    /// False if the organisation has a subscription with this address already; then nothing was written.
    /// </summary>
    public static async Task<bool> Add(
        HubTransaction work, SubscriptionRow row, DateTimeOffset now, CancellationToken cancellationToken) =>
        await work.Execute(
            AddSql,
            [
                Parameter.As(row.SubscriptionId), Parameter.Text(row.Uscc), Parameter.Text(row.Url),
                Parameter.Bytes(row.SealedSecret), Parameter.Bytes(row.KeyHash), Parameter.Instant(now),
            ],
            cancellationToken) == 1;

    public static Task<List<SubscriptionSummary>> List(HubTransaction work, CancellationToken cancellationToken) =>
        work.Query(
            ListSql, [],
            row => new SubscriptionSummary
            {
                SubscriptionId = row.GetGuid(0),
                Uscc = row.GetString(1),
                Url = row.GetString(2),
                State = row.GetString(3),
                LastSequence = row.GetInt64(4),
                CreatedAt = row.GetFieldValue<DateTimeOffset>(5),
                Waiting = row.GetInt64(6),
                Parked = row.GetInt64(7),
            },
            cancellationToken);

    public static async Task<Caller?> FindCaller(
        HubTransaction work, byte[] keyHash, CancellationToken cancellationToken)
    {
        var found = await work.Query(
            CallerSql, [Parameter.Bytes(keyHash)], row => new Caller(row.GetString(0), keyHash), cancellationToken);
        return found.SingleOrDefault();
    }
}
