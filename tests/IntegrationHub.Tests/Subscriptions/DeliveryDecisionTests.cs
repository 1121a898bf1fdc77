using System.Net;
using IntegrationHub.Subscriptions;

namespace IntegrationHub.Tests.Subscriptions;

public sealed class DeliveryDecisionTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 2, 0, 0, TimeSpan.Zero);

    [Fact]
    public void What_was_taken_is_delivered_now()
    {
        var result = After(tries: 0, new DeliveryOutcome.Delivered(HttpStatusCode.NoContent));

        Assert.Equal(("DELIVERED", "HTTP 204", (DateTimeOffset?)null, Now), (result.State, result.Outcome, result.NextTryAt, result.DeliveredAt));
    }

    [Fact]
    public void What_failed_for_the_moment_waits_for_its_next_try()
    {
        var result = After(tries: 1, new DeliveryOutcome.TryAgain("timeout"));

        Assert.Equal("WAITING", result.State);
        Assert.Equal(Now + TimeSpan.FromSeconds(5), result.NextTryAt);
        Assert.Null(result.DeliveredAt);
    }

    [Fact]
    public void What_failed_too_often_is_parked_and_one_try_earlier_it_is_not()
    {
        var again = new DeliveryOutcome.TryAgain("HTTP 503");

        Assert.Equal("PARKED", After(DeliverySchedule.Tries - 1, again).State);
        Assert.Equal("WAITING", After(DeliverySchedule.Tries - 2, again).State);
    }

    [Fact]
    public void What_was_refused_is_parked_at_once() =>
        Assert.Equal("PARKED", After(tries: 0, new DeliveryOutcome.Refused("HTTP 404")).State);

    [Fact]
    public void What_a_receiver_that_is_gone_was_sent_waits_for_its_return() =>
        Assert.Equal("WAITING", After(DeliverySchedule.Tries - 1, new DeliveryOutcome.Gone()).State);

    private static DeliveryResult After(int tries, DeliveryOutcome outcome) =>
        DeliveryDecision.After(Guid.Empty, new DueDelivery(7, Guid.Empty, "{}", tries), outcome, TimeSpan.FromMilliseconds(7), Now, jitter: 0.5);
}
