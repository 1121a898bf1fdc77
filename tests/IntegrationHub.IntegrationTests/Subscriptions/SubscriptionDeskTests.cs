using System.Globalization;
using System.Text.Json;
using IntegrationHub.Contracts;
using IntegrationHub.Contracts.Messages;
using IntegrationHub.Subscriptions;
using static IntegrationHub.IntegrationTests.Subscriptions.Subscriber;

namespace IntegrationHub.IntegrationTests.Subscriptions;

/// <summary>What an organisation does with its subscriptions, seen together with what is sent because of it.</summary>
public sealed class SubscriptionDeskTests(HubDatabases databases)
{
    private const string States = "select string_agg(state || ' ' || coalesce(state_reason, '-'), ', ' order by created_at) from subscriptions.subscription";
    private const string Delivered = "select count(*) from subscriptions.delivery where state = 'DELIVERED'";

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_receiver_that_agrees_is_sent_what_has_waited_since_it_subscribed()
    {
        await using var database = await databases.Create(Cancellation);
        await using var receiver = new FakeSubscriber(request => request.Line.StartsWith("OPTIONS", StringComparison.Ordinal)
            ? FakeSubscriber.Answer(200, headers: $"WebHook-Allowed-Origin: {request.Headers["WebHook-Request-Origin"]}\r\n")
            : FakeSubscriber.Answer(204));
        var options = Options(receiver, handshake: true);
        var added = await Service(database.Hub, options).Add(One, receiver.Address.ToString(), Cancellation);
        await FanOut(database.Hub, Events(One, 3));

        await using (await Run(database, options))
            await Until(database, Delivered, "3", Soon);

        Assert.Equal("PENDING", added.State);
        Assert.Equal("OPTIONS /hooks HTTP/1.1", receiver.Received.First().Line);
        Assert.Equal("integration-hub", receiver.Received.First().Headers["WebHook-Request-Origin"]);
        Assert.Equal("ACTIVE -", await database.Ask(States));
    }

    [Theory]
    [InlineData(405, "", "handshake: HTTP 405")]
    [InlineData(200, "", "handshake: no WebHook-Allowed-Origin for the hub")]
    [InlineData(200, "WebHook-Allowed-Origin: somebody.else\r\n", "handshake: no WebHook-Allowed-Origin for the hub")]
    public async Task A_receiver_that_does_not_agree_is_never_sent_an_event_and_disabled_after_days(int status, string headers, string reason)
    {
        await using var database = await databases.Create(Cancellation);
        await using var receiver = new FakeSubscriber(_ => FakeSubscriber.Answer(status, headers: headers));
        var clock = new ShiftedClock();
        var options = Options(receiver, handshake: true);
        await Service(database.Hub, options, clock).Add(One, receiver.Address.ToString(), Cancellation);
        await FanOut(database.Hub, Events(One, 2));

        await using (await Run(database, options, clock))
        {
            for (var tries = 1; tries <= DeliverySchedule.Tries; tries++)
            {
                await receiver.UntilReceived(tries, Soon);
                await Until(database, $"select handshakes >= {tries} from subscriptions.turn", "True", Soon);
                clock.Advance(TimeSpan.FromDays(2));
            }

            await Until(database, States, $"DISABLED {reason}", Soon);
        }

        Assert.All(receiver.Received, request => Assert.StartsWith("OPTIONS", request.Line, StringComparison.Ordinal));
        Assert.Equal("2", await database.Ask("select count(*) from subscriptions.delivery where state = 'WAITING' and tries = 0"));
    }

    [Fact]
    public async Task A_receiver_that_is_gone_is_disabled_told_of_and_sent_everything_in_order_when_it_is_back()
    {
        await using var database = await databases.Create(Cancellation);
        var isGone = true;
        await using var receiver = new FakeSubscriber(_ => FakeSubscriber.Answer(isGone ? 410 : 200));
        var options = Options(receiver);
        var added = await Subscribe(database.Hub, One, receiver.Address);
        await FanOut(database.Hub, Events(One, 3));

        await using var sender = await Run(database, options);
        await Until(database, States, "DISABLED gone", Soon);
        await FanOut(database.Hub, Events(One, 4));
        Assert.Equal("7", await database.Ask("select count(*) from subscriptions.delivery where state = 'WAITING'"));
        isGone = false;
        await Desk(database.Hub, options).Resume(By, added.SubscriptionId, null, Cancellation);
        await Until(database, Delivered, "7", Soon);

        Assert.Equal(["1", "1", "2", "3", "4", "5", "6", "7"], receiver.Received.Select(SequenceOf));
        Assert.Equal("2", await database.Ask("select count(*) from outbox.message where convert_from(body, 'UTF8') like '%subscription.state-changed%'"));
        Assert.Equal("subscription.state subscription.state", await database.Ask("select string_agg(action, ' ') from audit.entry where action = 'subscription.state'"));
    }

    [Fact]
    public async Task A_subscriber_that_refuses_everything_is_disabled_before_everything_is_spent()
    {
        await using var database = await databases.Create(Cancellation);
        await using var receiver = new FakeSubscriber(_ => FakeSubscriber.Answer(401));
        await Subscribe(database.Hub, One, receiver.Address);
        await FanOut(database.Hub, Events(One, 20));

        await using (await Run(database, Options(receiver, refusals: 5)))
            await Until(database, States, "DISABLED refusing", Soon);

        Assert.Equal("5 15", await database.Ask(
            "select count(*) filter (where state = 'PARKED'), count(*) filter (where state = 'WAITING') from subscriptions.delivery"));
    }

    [Fact]
    public async Task Scenario_29_disabled_for_three_days_it_catches_up_in_order_and_what_was_withdrawn_meanwhile_comes_as_withdrawn()
    {
        await using var database = await databases.Create(Cancellation);
        var isDown = true;
        await using var receiver = new FakeSubscriber(_ => FakeSubscriber.Answer(isDown ? 503 : 200));
        var clock = new ShiftedClock();
        var options = Options(receiver, disableAfter: TimeSpan.FromHours(1));
        var added = await Subscribe(database.Hub, One, receiver.Address);
        var events = Events(One, 10);
        await FanOut(database.Hub, events[..5]);

        var check = new Withdrawing();
        await using var sender = await Run(database, options, clock, check);
        await receiver.UntilReceived(1, Soon);
        for (var hour = 0; hour < 72 && await database.Ask(States) != "DISABLED failing"; hour++)
        {
            clock.Advance(TimeSpan.FromHours(1));
            await Task.Delay(300, Cancellation);
        }

        Assert.Equal("DISABLED failing", await database.Ask(States));
        clock.Advance(TimeSpan.FromDays(3));
        await FanOut(database.Hub, events[5..]);
        check.Add(events[2].EventId);
        check.Add(events[7].EventId);
        isDown = false;
        var before = receiver.Received.Count;
        await Desk(database.Hub, options, clock).Resume(By, added.SubscriptionId, null, Cancellation);
        await Until(database, Delivered, "10", Soon);

        var caughtUp = receiver.Received.Skip(before).ToList();
        Assert.Equal(Enumerable.Range(1, 10).Select(number => $"{number}"), caughtUp.Select(SequenceOf));
        Assert.Equal(events.Select(one => one.EventId.ToString()), caughtUp.Select(request => request.Headers["webhook-id"]));
        Assert.Equal(
            [3, 8],
            caughtUp.Where(request => request.Text.Contains("referral.withdrawn", StringComparison.Ordinal)).Select(request => int.Parse(SequenceOf(request)!, CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task While_a_secret_is_rotated_both_sign_and_afterwards_only_the_new_one()
    {
        await using var database = await databases.Create(Cancellation);
        await using var receiver = new FakeSubscriber(_ => FakeSubscriber.Answer(200));
        var clock = new ShiftedClock();
        var options = Options(receiver);
        var added = await Subscribe(database.Hub, One, receiver.Address);
        var rotated = await Desk(database.Hub, options, clock).Rotate(By, added.SubscriptionId, TimeSpan.FromHours(1), null, Cancellation);

        await using var sender = await Run(database, options, clock);
        await FanOut(database.Hub, Events(One, 1));
        await receiver.UntilReceived(1, Soon);
        clock.Advance(TimeSpan.FromHours(2));
        await FanOut(database.Hub, Events(One, 1));
        await receiver.UntilReceived(2, Soon);

        var (during, after) = (receiver.Received.First(), receiver.Received.Last());
        Assert.Equal($"{SignatureOf(during, rotated.Secret)} {SignatureOf(during, added.Secret)}", during.Headers["webhook-signature"]);
        Assert.Equal(SignatureOf(after, rotated.Secret), after.Headers["webhook-signature"]);
        Assert.DoesNotContain(rotated.Secret["whsec_".Length..], await database.Dump(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rotation_without_overlap_ends_every_secret_before_it()
    {
        await using var database = await databases.Create(Cancellation);
        await using var receiver = new FakeSubscriber(_ => FakeSubscriber.Answer(200));
        var options = Options(receiver);
        var added = await Subscribe(database.Hub, One, receiver.Address);
        var desk = Desk(database.Hub, options);
        await desk.Rotate(By, added.SubscriptionId, TimeSpan.FromDays(1), null, Cancellation);
        var last = await desk.Rotate(By, added.SubscriptionId, TimeSpan.Zero, null, Cancellation);

        await using var sender = await Run(database, options);
        await FanOut(database.Hub, Events(One, 1));
        await receiver.UntilReceived(1, Soon);

        var request = receiver.Received.Single();
        Assert.Equal(SignatureOf(request, last.Secret), request.Headers["webhook-signature"]);
    }

    [Fact]
    public async Task A_test_event_takes_its_place_in_the_sequence_past_the_filter()
    {
        await using var database = await databases.Create(Cancellation);
        await using var receiver = new FakeSubscriber(_ => FakeSubscriber.Answer(200));
        var options = Options(receiver);
        var wish = SubscriptionWish.Webhook(receiver.Address.ToString()) with { Filter = new SubscriptionFilter { Types = ["recall.issued"] } };
        var added = await Service(database.Hub, options).Add(One, wish, Cancellation);
        await FanOut(database.Hub, Events(One, 3)); // no recall among them

        var eventId = await Desk(database.Hub, options).Test(By, added.SubscriptionId, Cancellation);
        await using var sender = await Run(database, options);
        await receiver.UntilReceived(1, Soon);

        var request = Assert.Single(receiver.Received);
        Assert.Equal((eventId.ToString(), "1"), (request.Headers["webhook-id"], SequenceOf(request)));
        Assert.Contains("cn.integrationhub.subscription.tested.v1", request.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_replayed_comes_again_under_its_old_number_and_what_is_no_longer_kept_is_counted()
    {
        await using var database = await databases.Create(Cancellation);
        await using var receiver = new FakeSubscriber(_ => FakeSubscriber.Answer(200));
        var options = Options(receiver);
        var added = await Subscribe(database.Hub, One, receiver.Address);
        await FanOut(database.Hub, Events(One, 6));
        await using var sender = await Run(database, options);
        await Until(database, Delivered, "6", Soon);
        await database.Run("update subscriptions.delivery set body = '' where sequence = 2");
        var desk = Desk(database.Hub, options);

        var window = await desk.Replay(By, added.SubscriptionId, new ReplayWindow { FromSequence = 2, ToSequence = 4 }, Cancellation);
        await receiver.UntilReceived(8, Soon);
        var last = receiver.Received.ElementAt(5).Headers["webhook-id"];
        var one = await desk.Replay(By, added.SubscriptionId, new ReplayWindow { EventId = Guid.Parse(last) }, Cancellation);
        await receiver.UntilReceived(9, Soon);

        Assert.Equal((new ReplayReport(2, 1), new ReplayReport(1, 0)), (window, one));
        Assert.Equal(["1", "2", "3", "4", "5", "6", "3", "4", "6"], receiver.Received.Select(SequenceOf));
        await Assert.ThrowsAsync<HubProblemException>(() =>
            desk.Replay(By, added.SubscriptionId, new ReplayWindow { FromSequence = 1, Parked = true }, Cancellation));
    }

    [Fact]
    public async Task Attempts_backlog_and_gaps_say_what_happened()
    {
        await using var database = await databases.Create(Cancellation);
        await using var receiver = new FakeSubscriber(request => FakeSubscriber.Answer(SequenceOf(request) switch { "2" => 422, "4" => 503, _ => 200 }));
        var options = Options(receiver);
        var added = await Subscribe(database.Hub, One, receiver.Address);
        await FanOut(database.Hub, Events(One, 5));
        await using (await Run(database, options))
            await Until(database, "select count(*) from subscriptions.attempt where sequence <= 4", "4", Soon);

        var desk = Desk(database.Hub, options);
        var sheet = await desk.Show(By, added.SubscriptionId, Cancellation);
        var attempts = await desk.Attempts(By, added.SubscriptionId, null, null, 10, Cancellation);
        var gaps = await desk.Gaps(By, added.SubscriptionId, Cancellation);

        Assert.Equal(["HTTP 200", "HTTP 422", "HTTP 200"], attempts.Reverse().Take(3).Select(attempt => attempt.Outcome));
        Assert.All(attempts, attempt => Assert.InRange(attempt.WaitedMs, attempt.TookMs, 60_000));
        Assert.Equal((5L, 2L, 1L), (sheet.Subscription.LastSequence, sheet.Subscription.Waiting, sheet.Subscription.Parked));
        Assert.Equal(2, sheet.LastDay.Succeeded);
        Assert.NotNull(sheet.LastDay.P99);
        Assert.NotNull(sheet.Subscription.FailingSince);
        Assert.True(sheet.Subscription.NextAttemptAt > sheet.Subscription.OldestWaitingAt);
        Assert.Equal([new OpenRange(2, 2, "PARKED"), new OpenRange(4, 5, "WAITING")], gaps.Open);
        Assert.False(gaps.HasHole);
    }

    [Fact]
    public async Task Another_organisations_subscription_is_not_there()
    {
        await using var database = await databases.Create(Cancellation);
        var added = await Subscribe(database.Hub, One, new Uri("http://127.0.0.1:5080/hooks"));
        var desk = Desk(database.Hub, new SubscriptionOptions());
        var stranger = SubscriptionActor.Of(Other);

        Assert.Empty(await desk.List(stranger, Cancellation));
        foreach (var deed in new Func<Task>[]
        {
            () => desk.Show(stranger, added.SubscriptionId, Cancellation),
            () => desk.Pause(stranger, added.SubscriptionId, null, Cancellation),
            () => desk.Rotate(stranger, added.SubscriptionId, TimeSpan.Zero, null, Cancellation),
            () => desk.Test(stranger, added.SubscriptionId, Cancellation),
            () => desk.Gaps(stranger, added.SubscriptionId, Cancellation),
            () => desk.Attempts(stranger, added.SubscriptionId, null, null, 1, Cancellation),
            () => desk.Replay(stranger, added.SubscriptionId, new ReplayWindow { Parked = true }, Cancellation),
            () => desk.Update(stranger, added.SubscriptionId, new SubscriptionChange { Name = "x" }, null, Cancellation),
        })
            Assert.Equal("subscription.not_found", (await Assert.ThrowsAsync<HubProblemException>(deed)).Code);
    }

    [Fact]
    public async Task A_change_on_an_old_version_is_refused_and_a_new_address_has_to_agree_first()
    {
        await using var database = await databases.Create(Cancellation);
        var options = new SubscriptionOptions { AllowedTargets = [new Uri("http://127.0.0.1:5080/")], HandshakeWithListed = true };
        var added = await Subscribe(database.Hub, One, new Uri("http://127.0.0.1:5080/hooks"));
        var desk = Desk(database.Hub, options);

        var renamed = await desk.Update(By, added.SubscriptionId, new SubscriptionChange { Name = "night" }, 1, Cancellation);
        var stale = await Assert.ThrowsAsync<HubProblemException>(() =>
            desk.Update(By, added.SubscriptionId, new SubscriptionChange { Name = "day" }, 1, Cancellation));
        var moved = await desk.Update(
            By, added.SubscriptionId, new SubscriptionChange { Url = "http://127.0.0.1:5080/other" }, renamed.Version, Cancellation);
        await desk.Pause(By, added.SubscriptionId, null, Cancellation);
        var resumed = await desk.Resume(By, added.SubscriptionId, null, Cancellation);

        Assert.Equal(("night", 2), (renamed.Name, renamed.Version));
        Assert.Equal(("subscription.version", (int?)2), (stale.Code, stale.Version));
        Assert.Equal("PENDING", moved.State);
        Assert.Equal("PENDING", resumed.State); // a pause is no agreement
    }

    [Fact]
    public async Task Urgent_offers_go_first_where_they_are_wanted_first_and_keep_their_numbers()
    {
        await using var database = await databases.Create(Cancellation);
        await using var receiver = new FakeSubscriber(_ => FakeSubscriber.Answer(200));
        var options = Options(receiver);
        var wish = SubscriptionWish.Webhook(receiver.Address.ToString());
        await Service(database.Hub, options).Add(One, wish with { UrgentFirst = true }, Cancellation);
        await Service(database.Hub, options).Add(Other, wish, Cancellation);
        const string urgent = """{"attempt":1,"priority":"URGENT"}""";
        foreach (var org in new[] { One, Other })
            await FanOut(database.Hub, [.. Events(org, 3), Event(org, urgent), Event(org), Event(org, urgent)]);

        await using (await Run(database, options))
            await Until(database, Delivered, "12", Soon);

        string[] Order(string org) =>
            [.. receiver.Received.Where(request => IsOf(database, request, org)).Select(request => SequenceOf(request)!)];
        var orders = new[] { Order(One), Order(Other) };
        Assert.Contains(["4", "6", "1", "2", "3", "5"], orders);
        Assert.Contains(["1", "2", "3", "4", "5", "6"], orders);
    }

    // One connection pool serves both; whose it was says the id of the event.
    private static bool IsOf(OwnDatabase database, ReceivedRequest request, string org) =>
        database.Ask(
            $"""
            select s.uscc from subscriptions.delivery d join subscriptions.subscription s using (subscription_id)
             where d.event_id = '{request.Headers["webhook-id"]}'
            """).GetAwaiter().GetResult() == org;

    internal static string? SequenceOf(ReceivedRequest request) =>
        JsonDocument.Parse(request.Body).RootElement.GetProperty("sequence").GetString();

    private static string SignatureOf(ReceivedRequest request, string secret) => WebhookSignature.Of(
        Convert.FromBase64String(secret["whsec_".Length..]), request.Headers["webhook-id"],
        long.Parse(request.Headers["webhook-timestamp"], CultureInfo.InvariantCulture), request.Body);

    private static SubscriptionOptions Options(
        FakeSubscriber receiver, bool handshake = false, int refusals = 50, TimeSpan? disableAfter = null) => new()
        {
            AllowedTargets = [receiver.Address],
            HandshakeWithListed = handshake,
            DisableAfterRefusals = refusals,
            DisableAfter = disableAfter ?? TimeSpan.FromDays(5),
            PollInterval = TimeSpan.FromMilliseconds(100),
        };

    internal static async Task<Running> Run(
        OwnDatabase database, SubscriptionOptions options, TimeProvider? time = null, IDeliveryCheck? check = null)
    {
        var sender = Sender(database.Hub, options, time, check);
        await sender.StartAsync(Cancellation);
        return new Running(sender);
    }

    internal sealed class Running(WebhookSender sender) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await sender.StopAsync(CancellationToken.None);
            sender.Dispose();
        }
    }

    /// <summary>A check that finds some offers withdrawn, and remembers what it was asked about.</summary>
    internal sealed class Withdrawing : IDeliveryCheck
    {
        private readonly HashSet<Guid> _withdrawn = [];

        public HashSet<Guid> Asked { get; } = [];

        public void Add(Guid eventId)
        {
            lock (_withdrawn)
                _withdrawn.Add(eventId);
        }

        public Task<IReadOnlyDictionary<Guid, HubEvent>> Instead(
            IReadOnlyList<WaitingEvent> events, CancellationToken cancellationToken)
        {
            lock (_withdrawn)
            {
                Asked.UnionWith(events.Select(one => one.EventId));
                return Task.FromResult<IReadOnlyDictionary<Guid, HubEvent>>(events
                    .Where(one => _withdrawn.Contains(one.EventId))
                    .ToDictionary(one => one.EventId, _ => Event(One) with { Type = "referral.withdrawn" }));
            }
        }
    }
}
