using System.Diagnostics.Metrics;
using System.Net;
using IntegrationHub.Bus;
using IntegrationHub.Contracts.Messages;
using IntegrationHub.Database;
using IntegrationHub.Outbox;
using IntegrationHub.Protection;
using IntegrationHub.Subscriptions;
using IntegrationHub.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace IntegrationHub.IntegrationTests.Subscriptions;

/// <summary>The pieces of the station put together by hand, and the few things every test does with them.</summary>
internal static class Subscriber
{
    public const string One = "51410499501000017E";
    public const string Other = "534104995010000253";
    public const string Third = "53410499501000033X";

    public static Keyring Keyring { get; } = new(new byte[32]);

    public static WebhookTargets Targets(params Uri[] allowed) =>
        new(Options.Create(new SubscriptionOptions { AllowedTargets = allowed }), Dns.GetHostAddressesAsync);

    public static SubscriptionService Service(HubDatabase database, params Uri[] allowed) =>
        Service(database, new SubscriptionOptions { AllowedTargets = allowed });

    public static SubscriptionService Service(HubDatabase database, SubscriptionOptions options, TimeProvider? time = null) =>
        new(database, new WebhookTargets(Options.Create(options), Dns.GetHostAddressesAsync), Keyring, Options.Create(options), time ?? TimeProvider.System);

    public static SubscriptionDesk Desk(HubDatabase database, SubscriptionOptions options, TimeProvider? time = null) => new(
        database, Service(database, options, time), Moves(time ?? TimeProvider.System),
        new WebhookTargets(Options.Create(options), Dns.GetHostAddressesAsync), Keyring, time ?? TimeProvider.System);

    /// <summary>An operator's hand on the desk.</summary>
    public static SubscriptionActor By => SubscriptionActor.Operator;

    private static SubscriptionMoves Moves(TimeProvider time) => new(
        new MessageOutbox(
            new MessageCatalogue([new MessageKind("events-recorded:v1", typeof(EventsRecorded), ["fan-out"])]), time),
        Metrics(), time);

    private static HubMetrics Metrics() => new(
        new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>());

    public static async Task<NewSubscription> Subscribe(HubDatabase database, string uscc, Uri target) =>
        await Service(database, target).Add(uscc, target.ToString(), TestContext.Current.CancellationToken);

    public static HubEvent Event(string recipient, string data = """{"attempt":1}""") => new()
    {
        EventId = Guid.CreateVersion7(),
        Type = "referral.offered",
        Subject = "0195a2c0-0000-7000-8000-000000000010",
        Time = new DateTimeOffset(2026, 3, 2, 2, 10, 0, TimeSpan.FromHours(8)),
        Recipient = recipient,
        Data = data,
    };

    public static List<HubEvent> Events(string recipient, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => Event(recipient))];

    public static async Task<int> FanOut(HubDatabase database, params IReadOnlyList<HubEvent> events)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var work = await database.Begin(cancellationToken);
        var added = await IntegrationHub.Subscriptions.FanOut.Add(
            work, events, TimeProvider.System.GetUtcNow(), cancellationToken);
        await work.Commit(cancellationToken);
        return added;
    }

    public static WebhookSender Sender(
        HubDatabase database, SubscriptionOptions options, TimeProvider? time = null, IDeliveryCheck? check = null)
    {
        var clock = time ?? TimeProvider.System;
        var settings = Options.Create(options);
        var client = new WebhookClient(new WebhookTargets(settings, Dns.GetHostAddressesAsync), settings, clock);
        var moves = Moves(clock);
        return new WebhookSender(
            database, new DeliveryTurns(database, moves, settings, clock),
            new Handshakes(database, client, moves, settings, clock, NullLogger<Handshakes>.Instance),
            [new WebhookWay(client, Keyring)], check ?? new TellsAll(), Metrics(), settings, clock,
            NullLogger<WebhookSender>.Instance);
    }

    private sealed class TellsAll : IDeliveryCheck
    {
        public Task<IReadOnlyDictionary<Guid, HubEvent>> Instead(
            IReadOnlyList<WaitingEvent> events, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyDictionary<Guid, HubEvent>>(new Dictionary<Guid, HubEvent>());
    }

    /// <summary>Waits until a question has the expected answer, and says what it was if it never does.</summary>
    public static async Task Until(OwnDatabase database, string sql, string expected, TimeSpan within)
    {
        var started = TimeProvider.System.GetTimestamp();
        var answer = await database.Ask(sql);
        while (answer != expected && TimeProvider.System.GetElapsedTime(started) < within)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TestContext.Current.CancellationToken);
            answer = await database.Ask(sql);
        }

        Assert.Equal(expected, answer);
    }
}
