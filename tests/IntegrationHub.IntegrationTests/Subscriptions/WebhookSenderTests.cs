using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using IntegrationHub.Subscriptions;
using static IntegrationHub.IntegrationTests.Subscriptions.Subscriber;

namespace IntegrationHub.IntegrationTests.Subscriptions;

public sealed class WebhookSenderTests(HubDatabases databases)
{
    private const string Tally = "select state, count(*), max(tries), max(last_outcome) from subscriptions.delivery group by state";

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Deliveries_come_in_order_signed_and_once()
    {
        await using var database = await databases.Create(TestContext.Current.CancellationToken);
        await using var subscriber = new FakeSubscriber(_ => FakeSubscriber.Answer(204));
        var subscription = await Subscribe(database.Hub, One, subscriber.Address);
        await FanOut(database.Hub, Events(One, 25));

        await using (await Run(database, Options(subscriber)))
            await Until(database, Tally, "DELIVERED 25 1 HTTP 204", Soon);

        var received = subscriber.Received.ToList();
        Assert.Equal(
            Enumerable.Range(1, 25).Select(number => number.ToString(CultureInfo.InvariantCulture)),
            received.Select(request => JsonDocument.Parse(request.Body).RootElement.GetProperty("sequence").GetString()));
        Assert.All(received, request => AssertSigned(request, subscription.Secret));
        Assert.All(received, request => Assert.Equal("application/cloudevents+json", request.Headers["Content-Type"]));
    }

    [Fact]
    public async Task A_new_delivery_wakes_the_sender_long_before_it_would_look_by_itself()
    {
        await using var database = await databases.Create(TestContext.Current.CancellationToken);
        await using var subscriber = new FakeSubscriber(_ => FakeSubscriber.Answer(200));
        await Subscribe(database.Hub, One, subscriber.Address);
        await using var sender = await Run(database, Options(subscriber) with { PollInterval = Long });
        await FanOut(database.Hub, Events(One, 1));
        await subscriber.UntilReceived(1, Soon);

        var started = Stopwatch.StartNew();
        await FanOut(database.Hub, Events(One, 1));
        await subscriber.UntilReceived(2, Soon);

        Assert.InRange(started.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task A_subscriber_that_hangs_delays_nobody_else()
    {
        await using var database = await databases.Create(TestContext.Current.CancellationToken);
        await using var dead = new FakeSubscriber(_ => "", stall: Long);
        await using var healthy = new FakeSubscriber(_ => FakeSubscriber.Answer(200));
        await Subscribe(database.Hub, One, dead.Address);
        await Subscribe(database.Hub, Other, healthy.Address);
        await using var sender = await Run(
            database, Options(dead, healthy) with { RequestTimeout = TimeSpan.FromSeconds(25), Lease = Long });
        await FanOut(database.Hub, Events(One, 5));
        await dead.UntilReceived(1, Soon);

        var started = Stopwatch.StartNew();
        await FanOut(database.Hub, Events(Other, 100));
        await healthy.UntilReceived(100, Soon);

        Assert.InRange(started.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        Assert.Single(dead.Received);
    }

    [Fact]
    public async Task No_transaction_is_open_while_a_subscriber_is_waited_for()
    {
        await using var database = await databases.Create(TestContext.Current.CancellationToken);
        await using var dead = new FakeSubscriber(_ => "", stall: Long);
        await Subscribe(database.Hub, One, dead.Address);
        await FanOut(database.Hub, Events(One, 1));
        await using var sender = await Run(
            database, Options(dead) with { RequestTimeout = TimeSpan.FromSeconds(25), Lease = Long });
        await dead.UntilReceived(1, Soon);

        await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);

        Assert.Equal("0", await database.Ask(
            """
            select count(*)
              from pg_stat_activity
             where datname = current_database()
               and xact_start < now() - interval '500 milliseconds'
            """));
        Assert.Single(dead.Received);
    }

    [Fact]
    public async Task What_fails_for_a_moment_is_tried_again_and_nothing_overtakes_it()
    {
        await using var database = await databases.Create(TestContext.Current.CancellationToken);
        var failures = 2;
        await using var subscriber = new FakeSubscriber(
            _ => FakeSubscriber.Answer(Interlocked.Decrement(ref failures) >= 0 ? 503 : 200));
        await Subscribe(database.Hub, One, subscriber.Address);
        await FanOut(database.Hub, Events(One, 3));

        await using (await Run(database, Options(subscriber)))
            await Until(database, "select count(*) from subscriptions.delivery where state = 'DELIVERED'", "3", Soon * 2);

        Assert.Equal("3 1 1", await database.Ask("select string_agg(tries::text, ' ' order by sequence) from subscriptions.delivery"));
        Assert.Equal(
            ["1", "1", "1", "2", "3"],
            subscriber.Received.Select(request => JsonDocument.Parse(request.Body).RootElement.GetProperty("sequence").GetString()));
        Assert.Equal(3, subscriber.Received.Select(request => request.Headers["webhook-id"]).Distinct().Count());
    }

    [Theory]
    [InlineData(404, "")]
    [InlineData(401, "")]
    [InlineData(307, "Location: /elsewhere\r\n")]
    public async Task What_is_refused_is_parked_and_a_redirect_is_not_followed(int status, string headers)
    {
        await using var database = await databases.Create(TestContext.Current.CancellationToken);
        await using var subscriber = new FakeSubscriber(_ => FakeSubscriber.Answer(status, headers: headers));
        await Subscribe(database.Hub, One, subscriber.Address);
        await FanOut(database.Hub, Events(One, 2));

        await using (await Run(database, Options(subscriber)))
            await Until(database, Tally, $"PARKED 2 1 HTTP {status}", Soon);

        Assert.Equal(2, subscriber.Received.Count);
    }

    [Fact]
    public async Task An_answer_whose_body_never_ends_is_a_timeout()
    {
        await using var database = await databases.Create(TestContext.Current.CancellationToken);
        await using var subscriber = new FakeSubscriber(
            _ => "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart", stall: Long);
        await Subscribe(database.Hub, One, subscriber.Address);
        await FanOut(database.Hub, Events(One, 1));

        await using (await Run(database, Options(subscriber) with { RequestTimeout = TimeSpan.FromMilliseconds(500) }))
            await Until(database, "select state, tries, last_outcome from subscriptions.delivery", "WAITING 1 timeout", Soon);
    }

    [Fact]
    public async Task An_endless_answer_is_not_read_to_its_end()
    {
        await using var database = await databases.Create(TestContext.Current.CancellationToken);
        await using var subscriber = new FakeSubscriber(
            _ => $"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n{new string('x', 64 * 1024)}", stall: Long);
        await Subscribe(database.Hub, One, subscriber.Address);
        await FanOut(database.Hub, Events(One, 1));

        await using (await Run(database, Options(subscriber)))
            await Until(database, Tally, "DELIVERED 1 1 HTTP 200", Soon);
    }

    [Fact]
    public async Task A_connection_that_breaks_is_made_once_more_within_the_same_try()
    {
        await using var database = await databases.Create(TestContext.Current.CancellationToken);
        await using var subscriber = new FakeSubscriber(
            request => request.Connection == 1 ? null : FakeSubscriber.Answer(200));
        await Subscribe(database.Hub, One, subscriber.Address);
        await FanOut(database.Hub, Events(One, 1));

        await using (await Run(database, Options(subscriber)))
            await Until(database, Tally, "DELIVERED 1 1 HTTP 200", Soon);

        Assert.Equal(2, subscriber.Received.Count);
    }

    [Fact]
    public async Task What_was_delivered_when_the_host_stops_is_written_down()
    {
        await using var database = await databases.Create(TestContext.Current.CancellationToken);
        using var third = new ManualResetEventSlim();
        await using var subscriber = new FakeSubscriber(request =>
        {
            if (!request.Text.Contains("\"sequence\":\"3\"", StringComparison.Ordinal))
                return FakeSubscriber.Answer(200);
            third.Wait(Soon, CancellationToken.None);
            return null;
        });
        await Subscribe(database.Hub, One, subscriber.Address);
        await FanOut(database.Hub, Events(One, 5));

        await using (await Run(database, Options(subscriber) with { RequestTimeout = TimeSpan.FromSeconds(20), Lease = Long }))
            await subscriber.UntilReceived(3, Soon);
        third.Set();

        Assert.Equal("2", await database.Ask("select count(*) from subscriptions.delivery where state = 'DELIVERED'"));
        Assert.Equal("0", await database.Ask("select max(tries) from subscriptions.delivery where state = 'WAITING'"));
    }

    private static SubscriptionOptionsCopy Options(params FakeSubscriber[] subscribers) =>
        new() { AllowedTargets = [.. subscribers.Select(subscriber => subscriber.Address)] };

    private static async Task<RunningSender> Run(OwnDatabase database, SubscriptionOptionsCopy options)
    {
        var sender = Sender(database.Hub, options.ToOptions());
        await sender.StartAsync(TestContext.Current.CancellationToken);
        return new RunningSender(sender);
    }

    private static void AssertSigned(ReceivedRequest request, string secret)
    {
        var timestamp = long.Parse(request.Headers["webhook-timestamp"], CultureInfo.InvariantCulture);
        var signature = WebhookSignature.Of(
            Convert.FromBase64String(secret["whsec_".Length..]), request.Headers["webhook-id"], timestamp, request.Body);

        Assert.Equal(signature, request.Headers["webhook-signature"]);
        Assert.InRange(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() - timestamp, -5, 60);
        Assert.Equal(
            request.Headers["webhook-id"], JsonDocument.Parse(request.Body).RootElement.GetProperty("id").GetString());
    }

    /// <summary>A sender that is stopped at the end of its block, as its host would.</summary>
    private sealed class RunningSender(WebhookSender sender) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await sender.StopAsync(CancellationToken.None);
            sender.Dispose();
        }
    }

    /// <summary>The options as a record, so that a test states only what it changes.</summary>
    private sealed record SubscriptionOptionsCopy
    {
        public IReadOnlyList<Uri> AllowedTargets { get; init; } = [];
        public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(10);
        public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(30);
        public TimeSpan PollInterval { get; init; } = TimeSpan.FromMilliseconds(200);

        public SubscriptionOptions ToOptions() => new()
        {
            AllowedTargets = AllowedTargets,
            RequestTimeout = RequestTimeout,
            Lease = Lease,
            PollInterval = PollInterval,
        };
    }
}
