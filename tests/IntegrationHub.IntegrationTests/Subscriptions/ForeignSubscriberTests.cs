using IntegrationHub.Bus;
using IntegrationHub.Subscriptions;
using IntegrationHub.Testing.Processes;
using IntegrationHub.Testing.Servers;
using Microsoft.Extensions.Options;
using static IntegrationHub.IntegrationTests.Subscriptions.Subscriber;

namespace IntegrationHub.IntegrationTests.Subscriptions;

/// <summary>What the hub sends, received by programs in other languages: our own samples, and libraries we did not write.</summary>
public sealed class ForeignSubscriberTests(HubDatabases databases)
{
    private const string Secret = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("node", "node/receiver.mjs")]
    [InlineData("python3", "python/receiver.py")]
    public async Task The_sample_receivers_pass_the_conformance_kit_and_name_the_numbers_they_miss(string program, string file)
    {
        var path = Path.Combine(Checkout.Root, "contracts", "hub", "samples", file);
        await using var receiver = ForeignProgram.Start(program, path, ("WEBHOOK_SECRET", $"{Secret} whsec_AAAA"), ("PORT", "0"));

        var findings = await Check(new Uri($"http://127.0.0.1:{receiver.Port}/hooks"));

        Assert.All(findings, finding => Assert.True(finding.Passed, finding.ToString()));
        Assert.Equal(13, findings.Count);
        Assert.Equal(["1", "3", "2", "4", "5", "6"], Enumerable.Range(0, 6).Select(_ =>
        {
            var said = receiver.Next();
            Assert.Equal(said.GetProperty("sequence").GetString() == "3" ? 1 : 0, said.GetProperty("missing").GetArrayLength());
            return said.GetProperty("sequence").GetString();
        }));
    }

    [Fact]
    public async Task The_conformance_kit_sees_a_receiver_that_takes_everything_and_one_that_takes_nothing()
    {
        await using var credulous = new FakeSubscriber(_ => FakeSubscriber.Answer(200));
        await using var deaf = new FakeSubscriber(_ => FakeSubscriber.Answer(500));

        var (all, nothing) = (await Check(credulous.Address), await Check(deaf.Address));

        Assert.Equal(
            ["handshake", "a signature by another secret", "a body changed after it was signed", "no signature", "an expired delivery", "a delivery of the future"],
            all.Where(finding => !finding.Passed).Select(finding => finding.Check));
        Assert.DoesNotContain(nothing, finding => finding.Passed);
    }

    [Fact]
    public async Task Webhooks_are_verified_and_parsed_by_libraries_we_did_not_write()
    {
        var folder = await ForeignProgram.Npm(Cancellation);
        await using var database = await databases.Create(Cancellation);
        var first = WebhookSignature.NewSecret();
        await using var receiver = ForeignProgram.Start("node", Path.Combine(folder, "receiver.mjs"), ("WEBHOOK_SECRET", first.Shown));
        var address = new Uri($"http://127.0.0.1:{receiver.Port}/hooks");
        var options = new SubscriptionOptions { AllowedTargets = [address], HandshakeWithListed = true, PollInterval = TimeSpan.FromMilliseconds(100) };
        var added = await Service(database.Hub, options).Add(One, address.ToString(), Cancellation);
        await database.Run(
            $"update subscriptions.subscription set secret = '\\x{Convert.ToHexStringLower(Keyring.SealForStore(first.Secret))}' where subscription_id = '{added.SubscriptionId}'");
        await Desk(database.Hub, options).Rotate(By, added.SubscriptionId, TimeSpan.FromHours(1), null, Cancellation);
        var events = Events(One, 5);
        await FanOut(database.Hub, events);

        await using (await SubscriptionDeskTests.Run(database, options))
            await Until(database, "select count(*) from subscriptions.delivery where state = 'DELIVERED'", "5", TimeSpan.FromSeconds(60));

        Assert.Equal(
            events.Select((one, place) => (one.EventId.ToString(), $"{place + 1}")),
            events.Select(_ => receiver.Next()).Select(said => (said.GetProperty("id").GetString(), said.GetProperty("sequence").GetString()))!);
    }

    [Fact]
    public async Task A_subscribers_queue_is_consumed_by_a_library_we_did_not_write()
    {
        var folder = await ForeignProgram.Npm(Cancellation);
        await using var database = await databases.Create(Cancellation);
        await using var rabbit = await RabbitServer.Start(Cancellation);
        var broker = rabbit.Vhost();
        var options = new SubscriptionOptions { PollInterval = TimeSpan.FromMilliseconds(100) };
        await using var way = new AmqpWay(Options.Create(new BusOptions { Uri = broker }), Options.Create(options));
        var added = await Service(database.Hub, options).Add(One, new SubscriptionWish { Channel = SubscriptionChannel.Amqp }, Cancellation);
        var sender = Sender(database.Hub, options, other: way);
        await sender.StartAsync(Cancellation);
        await using var running = new SubscriptionDeskTests.Running(sender);
        await Until(database, "select state from subscriptions.subscription", "ACTIVE", TimeSpan.FromSeconds(60));
        await using var consumer = ForeignProgram.Start(
            "node", Path.Combine(folder, "consumer.mjs"), ("AMQP_URL", broker.AbsoluteUri), ("QUEUE", AmqpWay.QueueOf(added.SubscriptionId)));

        var events = Events(One, 20);
        await FanOut(database.Hub, events);

        var got = events.Select(_ => consumer.Next()).ToList();
        Assert.Equal(events.Select(one => one.EventId.ToString()), got.Select(said => said.GetProperty("id").GetString()));
        Assert.All(got, said => Assert.Equal(said.GetProperty("id").GetString(), said.GetProperty("messageId").GetString()));
        Assert.Equal(Enumerable.Range(1, 20).Select(number => $"{number}"), got.Select(said => said.GetProperty("sequence").GetString()));
    }

    private static async Task<List<SubscriberFinding>> Check(Uri receiver)
    {
        using var http = new HttpClient();
        var findings = new List<SubscriberFinding>();
        var check = new SubscriberCheck(http, receiver, SubscriberCheck.ReadSecret(Secret)!, "integration-hub", TimeProvider.System); // a good one, above
        await foreach (var finding in check.Run(Cancellation))
            findings.Add(finding);
        return findings;
    }
}
