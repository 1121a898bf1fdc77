using IntegrationHub.Contracts.Messages;
using IntegrationHub.Database;
using NpgsqlTypes;

namespace IntegrationHub.Subscriptions;

internal sealed record NumberedSubscription(Guid SubscriptionId, string Uscc, long LastSequence, SubscriptionFilter Filter);

internal sealed record NewDelivery(
    Guid SubscriptionId, long Sequence, Guid EventId, string Type, string Body, bool IsUrgent);

/// <summary>
/// Turns events into one delivery per subscription of their recipient, numbered without a gap. Whatever its state: what
/// cannot be sent today waits, and nothing is lost while a subscription is paused or disabled.
/// </summary>
internal static class FanOut
{
    // A statement of its own: only the next one's snapshot shows what was added by whoever held these locks before.
    internal const string LockSql = """
        select subscription_id, uscc, last_sequence, filter::text
          from subscriptions.subscription
         where uscc = any ($1)
         order by subscription_id
           for update
        """;

    internal const string KnownSql = """
        select subscription_id, event_id
          from subscriptions.delivery
         where subscription_id = any ($1)
           and event_id = any ($2)
        """;

    internal const string AddSql = """
        with added as (
            insert into subscriptions.delivery
                   (subscription_id, sequence, event_id, type, body, urgent, next_try_at, created_at)
            select subscription_id, sequence, event_id, type, body, urgent, $7, $7
              from unnest($1::uuid[], $2::bigint[], $3::uuid[], $4::text[], $5::text[], $6::boolean[])
                   as added (subscription_id, sequence, event_id, type, body, urgent)
                on conflict (subscription_id, event_id) do nothing
            returning subscription_id, sequence
        ), last as (
            select subscription_id, max(sequence) as sequence
              from added
             group by subscription_id
        ), advanced as (
            update subscriptions.subscription s
               set last_sequence = last.sequence
              from last
             where s.subscription_id = last.subscription_id
        )
        select count(*), pg_notify('hub_delivery', '')
          from added
        """;

    /// <summary>
    /// Three statements, however many events and subscriptions. An event a subscriber has already is left out.
    /// </summary>
    public static async Task<int> Add(
        HubTransaction work, IReadOnlyList<HubEvent> events, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var addressed = events
            .Where(happened => happened.Recipient is not null)
            .DistinctBy(happened => happened.EventId)
            .ToList();
        if (addressed.Count == 0)
            return 0;
        var subscriptions = await Lock(work, addressed, cancellationToken);
        if (subscriptions.Count == 0)
            return 0;

        var known = await Known(work, subscriptions, addressed, cancellationToken);
        var deliveries = Number(subscriptions, addressed, known);
        if (deliveries.Count > 0)
            await Insert(work, deliveries, now, cancellationToken);
        return deliveries.Count;
    }

    /// <summary>
    /// Hands out numbers: consecutive per subscription, in the order of the events, none for what is known or not wanted.
    /// </summary>
    internal static List<NewDelivery> Number(
        IReadOnlyList<NumberedSubscription> subscriptions,
        IReadOnlyList<HubEvent> events,
        IReadOnlySet<(Guid SubscriptionId, Guid EventId)> known)
    {
        var byRecipient = events
            .Select(happened => (Event: happened, Offer: OfferFacts.Of(happened)))
            .ToLookup(one => one.Event.Recipient);
        var deliveries = new List<NewDelivery>();
        foreach (var subscription in subscriptions)
        {
            var sequence = subscription.LastSequence;
            foreach (var (happened, offer) in byRecipient[subscription.Uscc])
            {
                if (!subscription.Filter.Takes(happened.Type, offer)
                    || known.Contains((subscription.SubscriptionId, happened.EventId)))
                    continue;
                sequence++;
                deliveries.Add(new NewDelivery(
                    subscription.SubscriptionId, sequence, happened.EventId, happened.Type,
                    EventEnvelope.Write(happened, sequence), offer?.IsUrgent == true));
            }
        }

        return deliveries;
    }

    private static Task<List<NumberedSubscription>> Lock(
        HubTransaction work, List<HubEvent> events, CancellationToken cancellationToken)
    {
        var recipients = events.Select(happened => happened.Recipient!).Distinct().ToArray(); // null was left out above
        return work.Query(
            LockSql, [Parameter.As(recipients)],
            row => new NumberedSubscription(
                row.GetGuid(0), row.GetString(1), row.GetInt64(2), SubscriptionFilter.Read(row.GetString(3))),
            cancellationToken);
    }

    private static async Task<HashSet<(Guid, Guid)>> Known(
        HubTransaction work, List<NumberedSubscription> subscriptions, List<HubEvent> events,
        CancellationToken cancellationToken)
    {
        var rows = await work.Query(
            KnownSql,
            [
                Parameter.Column(subscriptions, subscription => subscription.SubscriptionId, NpgsqlDbType.Uuid),
                Parameter.Column(events, happened => happened.EventId, NpgsqlDbType.Uuid),
            ],
            row => (row.GetGuid(0), row.GetGuid(1)), cancellationToken);
        return [.. rows];
    }

    internal static Task Insert(
        HubTransaction work, List<NewDelivery> deliveries, DateTimeOffset now, CancellationToken cancellationToken) =>
        work.Execute(
            AddSql,
            [
                Parameter.Column(deliveries, delivery => delivery.SubscriptionId, NpgsqlDbType.Uuid),
                Parameter.Column(deliveries, delivery => delivery.Sequence, NpgsqlDbType.Bigint),
                Parameter.Column(deliveries, delivery => delivery.EventId, NpgsqlDbType.Uuid),
                Parameter.Column(deliveries, delivery => delivery.Type, NpgsqlDbType.Text),
                Parameter.Column(deliveries, delivery => delivery.Body, NpgsqlDbType.Text),
                Parameter.Column(deliveries, delivery => delivery.IsUrgent, NpgsqlDbType.Boolean),
                Parameter.Instant(now),
            ],
            cancellationToken);
}
