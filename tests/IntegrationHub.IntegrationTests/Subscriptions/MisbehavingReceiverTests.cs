using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using IntegrationHub.Subscriptions;
using static IntegrationHub.IntegrationTests.Subscriptions.Subscriber;

namespace IntegrationHub.IntegrationTests.Subscriptions;

/// <summary>Receivers that do everything wrong at once, for as long as it takes, beside one that does not.</summary>
public sealed class MisbehavingReceiverTests(HubDatabases databases)
{
    private const int Each = 12;

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whatever_receivers_do_every_event_is_delivered_or_parked_with_its_reason_and_nobody_else_waits()
    {
        await using var database = await databases.Create(Cancellation);
        var turn = 0;
        // Slow header, 500, 429 with a pause, a reset and its repeat, a redirect, an answer of 100 MB, a part of a body, good.
        await using var moody = new FakeSubscriber(
            _ => (Interlocked.Increment(ref turn) % 9) switch
            {
                0 => "",
                1 => FakeSubscriber.Answer(500),
                2 => FakeSubscriber.Answer(429, headers: "Retry-After: 30\r\n"),
                3 or 4 => null,
                5 => FakeSubscriber.Answer(302, headers: "Location: http://169.254.169.254/\r\n"),
                6 => $"HTTP/1.1 200 OK\r\nContent-Length: 104857600\r\n\r\n{new string('x', 64 * 1024)}",
                7 => "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
                _ => FakeSubscriber.Answer(200),
            },
            stall: TimeSpan.FromMilliseconds(700));
        using var nobodys = new NobodysCertificate();
        await using var healthy = new FakeSubscriber(_ => FakeSubscriber.Answer(200));
        var wrongTls = nobodys.Address;
        var options = new SubscriptionOptions
        {
            AllowedTargets = [moody.Address, wrongTls, healthy.Address],
            RequestTimeout = TimeSpan.FromMilliseconds(400),
            PollInterval = TimeSpan.FromMilliseconds(50),
            DisableAfter = TimeSpan.FromDays(30),
        };
        var clock = new ShiftedClock();
        var check = new SubscriptionDeskTests.Withdrawing();
        await Subscribe(database.Hub, One, moody.Address);
        await Subscribe(database.Hub, Other, wrongTls);
        await Subscribe(database.Hub, Third, healthy.Address);

        await using (await SubscriptionDeskTests.Run(database, options, clock, check))
        {
            await FanOut(database.Hub, [.. Events(One, Each), .. Events(Other, 1), .. Events(Third, Each)]);
            await Until(database, $"select count(*) from subscriptions.delivery d join subscriptions.subscription s using (subscription_id) where s.uscc = '{Third}' and d.state = 'DELIVERED'", $"{Each}", Soon);
            Assert.Equal("0", await database.Ask($"select max(tries) - 1 from subscriptions.delivery d join subscriptions.subscription s using (subscription_id) where s.uscc = '{Third}'"));
            for (var step = 0; step < 600 && await database.Ask("select count(*) from subscriptions.delivery where state = 'WAITING'") != "0"; step++)
            {
                clock.Advance(TimeSpan.FromMinutes(step < 100 ? 1 : 60));
                await Task.Delay(50, Cancellation);
            }
        }

        Assert.Equal("0", await database.Ask("select count(*) from subscriptions.delivery where state = 'WAITING' or last_outcome is null"));
        Assert.Equal($"{Each} 1 {Each}", await database.Ask(
            $"""
            select max(sequence) filter (where s.uscc = '{One}'), max(sequence) filter (where s.uscc = '{Other}'), max(sequence) filter (where s.uscc = '{Third}')
              from subscriptions.delivery join subscriptions.subscription s using (subscription_id)
            """));
        Assert.Equal("PARKED SecureConnectionError", await database.Ask(
            $"select d.state, last_outcome from subscriptions.delivery d join subscriptions.subscription s using (subscription_id) where s.uscc = '{Other}'"));
        Assert.Equal("0", await database.Ask(
            "select count(*) from subscriptions.delivery d where tries <> (select count(*) from subscriptions.attempt a where a.subscription_id = d.subscription_id and a.sequence = d.sequence)"));
        var sent = moody.Received.Concat(healthy.Received).Select(request => Guid.Parse(request.Headers["webhook-id"])).ToHashSet();
        Assert.Empty(sent.Except(check.Asked)); // nothing was sent unasked
        Assert.Equal(Each, moody.Received.Select(request => request.Headers["webhook-id"]).Distinct().Count());
    }

    /// <summary>A server with a certificate that nobody has signed.</summary>
    private sealed class NobodysCertificate : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly X509Certificate2 _certificate;

        public NobodysCertificate()
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
            var now = TimeProvider.System.GetUtcNow();
            _certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
            _listener.Start();
            _ = Serve();
        }

        public Uri Address => new($"https://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/hooks");

        public void Dispose()
        {
            _listener.Dispose();
            _certificate.Dispose();
        }

        private async Task Serve()
        {
            try
            {
                while (true)
                    _ = Greet(await _listener.AcceptTcpClientAsync());
            }
            catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
            {
                // The test is over.
            }
        }

        private async Task Greet(TcpClient client)
        {
            using (client)
            await using (var stream = new SslStream(client.GetStream()))
            {
                await Record.ExceptionAsync(() => stream.AuthenticateAsServerAsync(_certificate));
            }
        }
    }
}
