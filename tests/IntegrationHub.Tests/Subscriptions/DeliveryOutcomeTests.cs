using System.Net;
using System.Net.Sockets;
using IntegrationHub.Subscriptions;
using Polly.Timeout;

namespace IntegrationHub.Tests.Subscriptions;

public sealed class DeliveryOutcomeTests
{
    [Theory]
    [InlineData(200)]
    [InlineData(202)]
    [InlineData(204)]
    public void Any_2xx_takes_the_event(int status) =>
        Assert.IsType<DeliveryOutcome.Delivered>(DeliveryOutcome.Judge((HttpStatusCode)status, null));

    [Theory]
    [InlineData(408)]
    [InlineData(425)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public void What_may_pass_by_itself_is_tried_again(int status) =>
        Assert.IsType<DeliveryOutcome.TryAgain>(DeliveryOutcome.Judge((HttpStatusCode)status, null));

    [Theory]
    [InlineData(302)]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(404)]
    [InlineData(422)]
    public void Any_other_answer_is_a_refusal_and_a_redirect_is_one(int status) =>
        Assert.IsType<DeliveryOutcome.Refused>(DeliveryOutcome.Judge((HttpStatusCode)status, null));

    [Fact]
    public void Gone_is_no_refusal_of_one_event_but_the_end_of_the_receiver() =>
        Assert.IsType<DeliveryOutcome.Gone>(DeliveryOutcome.Judge(HttpStatusCode.Gone, null));

    [Fact]
    public void A_pause_the_subscriber_asks_for_is_kept_in_the_outcome() =>
        Assert.Equal(
            new DeliveryOutcome.TryAgain("HTTP 429", TimeSpan.FromSeconds(7)),
            DeliveryOutcome.Judge(HttpStatusCode.TooManyRequests, TimeSpan.FromSeconds(7)));

    public static TheoryData<Exception> PassingFailures =>
    [
        new TimeoutRejectedException(),
        new HttpRequestException(HttpRequestError.ConnectionError, "no", new SocketException()),
        new HttpRequestException(HttpRequestError.ResponseEnded, "no"),
        new HttpIOException(HttpRequestError.ResponseEnded),
    ];

    [Theory]
    [MemberData(nameof(PassingFailures))]
    public void A_broken_connection_and_a_timeout_are_tried_again(Exception failure) =>
        Assert.IsType<DeliveryOutcome.TryAgain>(DeliveryOutcome.Judge(failure));

    [Fact]
    public void A_target_that_is_not_allowed_any_more_is_a_refusal() =>
        Assert.IsType<DeliveryOutcome.Refused>(
            DeliveryOutcome.Judge(new HttpRequestException("no", new TargetRefusedException())));

    [Fact]
    public void A_failure_of_our_own_is_not_blamed_on_the_subscriber() =>
        Assert.Null(DeliveryOutcome.Judge(new InvalidOperationException()));
}
