using System.Net;
using IntegrationHub.Subscriptions;

namespace IntegrationHub.Tests.Subscriptions;

public sealed class SubscriptionHealthTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 2, 0, 0, TimeSpan.Zero);
    private static readonly SubscriptionOptions Options = new() { DisableAfter = TimeSpan.FromDays(5), DisableAfterRefusals = 3 };

    private static readonly DeliveryOutcome Success = new DeliveryOutcome.Delivered(HttpStatusCode.OK);
    private static readonly DeliveryOutcome Failure = new DeliveryOutcome.TryAgain("timeout");
    private static readonly DeliveryOutcome Refusal = new DeliveryOutcome.Refused("HTTP 401");

    [Fact]
    public void One_success_forgets_every_failure() =>
        Assert.Equal(SubscriptionHealth.Sound, new SubscriptionHealth(Now.AddDays(-4), 2).After(Success, Now));

    [Fact]
    public void Failing_is_counted_from_the_first_failure()
    {
        var health = SubscriptionHealth.Sound.After(Failure, Now).After(Failure, Now.AddDays(5));

        Assert.Equal(Now, health.FailingSince);
        Assert.Null(health.ReasonToDisable(Failure, Now.AddDays(5).AddTicks(-1), Options));
        Assert.Equal("failing", health.ReasonToDisable(Failure, Now.AddDays(5), Options));
    }

    [Fact]
    public void So_many_refusals_in_a_row_and_not_one_fewer_disable()
    {
        var two = SubscriptionHealth.Sound.After(Refusal, Now).After(Refusal, Now);

        Assert.Null(two.ReasonToDisable(Refusal, Now, Options));
        Assert.Equal("refusing", two.After(Refusal, Now).ReasonToDisable(Refusal, Now, Options));
        Assert.Equal(1, two.After(Success, Now).After(Refusal, Now).Refusals);
    }

    [Fact]
    public void A_receiver_that_says_it_is_gone_is_believed_at_once() => Assert.Equal(
        "gone", SubscriptionHealth.Sound.After(new DeliveryOutcome.Gone(), Now).ReasonToDisable(new DeliveryOutcome.Gone(), Now, Options));

    [Fact]
    public void A_success_at_the_end_of_a_bad_week_disables_nothing() =>
        Assert.Null(new SubscriptionHealth(Now.AddDays(-6), 9).ReasonToDisable(Success, Now, Options));
}
