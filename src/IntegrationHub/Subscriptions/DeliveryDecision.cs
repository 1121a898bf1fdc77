namespace IntegrationHub.Subscriptions;

/// <summary>What becomes of a delivery after an attempt: done, another day, or parked for a person to decide.</summary>
internal static class DeliveryDecision
{
    public const string Waiting = "WAITING";
    public const string Delivered = "DELIVERED";
    public const string Parked = "PARKED";

    public static DeliveryResult After(
        Guid subscriptionId, DueDelivery delivery, DeliveryOutcome outcome, TimeSpan took, DateTimeOffset now, double jitter)
    {
        DeliveryResult Result(string state, DateTimeOffset? nextTryAt, DateTimeOffset? deliveredAt) =>
            new(subscriptionId, delivery.Sequence, state, outcome.Label, nextTryAt, deliveredAt)
            {
                At = now,
                Took = took,
                Waited = now - delivery.CreatedAt,
            };

        return outcome switch
        {
            DeliveryOutcome.Delivered => Result(Delivered, null, now),
            DeliveryOutcome.TryAgain again
                when DeliverySchedule.PauseAfter(delivery.Tries + 1, again.After, jitter) is { } pause =>
                Result(Waiting, now + pause, null),
            DeliveryOutcome.Gone => Result(Waiting, now, null), // until somebody resumes the subscription
            _ => Result(Parked, null, null),
        };
    }
}
