using System.Collections.Concurrent;
using IntegrationHub.Bus;
using IntegrationHub.Contracts.Messages;
using IntegrationHub.Database;
using IntegrationHub.Disclosure;
using IntegrationHub.Failures;
using IntegrationHub.Identity;
using IntegrationHub.IntegrationTests.Subscriptions;
using IntegrationHub.Outbox;
using IntegrationHub.Pipeline;
using IntegrationHub.Policy;
using IntegrationHub.Protection;
using IntegrationHub.Referrals;
using IntegrationHub.Telemetry;
using IntegrationHub.Testing.Servers;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using static IntegrationHub.IntegrationTests.Disclosure.ReferralWorld;

namespace IntegrationHub.IntegrationTests.Disclosure;

/// <summary>The whole way of a withdrawal over RabbitMQ and by the clock of the machine (P7).</summary>
public sealed class WithdrawalOverTheBusTests(HubDatabases databases)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task P07_within_five_seconds_the_referral_is_withdrawn_and_the_release_recalled_by_the_recorded_instants()
    {
        await using var world = await ReferralWorld.Open(databases);
        var referral = await world.Accepted();
        await world.Claims.Claim(Calling(County), referral, 1, ["name"], Token);
        await using var rabbit = await RabbitServer.Start(Token);
        var heard = new Heard();
        using var host = await StartHub(world.Database.ConnectionString, rabbit.Vhost(), heard);
        await Until(async () => await world.Database.Ask("select count(*) from outbox.message") == "0");

        var outcome = await host.Services.GetRequiredService<ConsentDesk>().Withdraw(
            new WithdrawalOrder { ConsentId = "TY-2", By = "clerk", Reason = "asked" }, Token);
        await Until(() => Task.FromResult(heard.Events.Any(told => told.Type == "recall.issued")));

        Assert.Equal("WITHDRAWN", await world.Database.Ask("select state from referrals.referral"));
        var recall = heard.Events.Single(told => told.Type == "recall.issued");
        Assert.Equal(County, recall.Recipient);
        var withdrawn = heard.Events.Single(told => told.Type == "referral.withdrawn");
        Assert.InRange(withdrawn.Time - outcome.At, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        Assert.InRange(recall.Time - outcome.At, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        await host.StopAsync(CancellationToken.None);
    }

    private static async Task<IHost> StartHub(string connectionString, Uri rabbit, Heard heard)
    {
        LogContext.Current = null; // a second host in one process must not log through the first one's factory
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Hub:Database:ConnectionString"] = connectionString,
            ["Hub:Bus:Transport"] = "RabbitMq",
            ["Hub:Bus:Uri"] = rabbit.ToString(),
        });
        builder.Services.AddSingleton(TimeProvider.System).AddSingleton(heard).AddSingleton(new Keyring(new byte[32]));
        builder.Services.AddHubDatabase().AddTelemetry().AddPolicy().AddHubMessages().AddOutbox().AddOutboxRelay();
        builder.Services.AddSingleton<IdentityStation>();
        builder.Services.AddReferrals().AddDisclosure().AddReferralPipeline();
        builder.Services.AddHubBus(
            builder.Configuration,
            bus =>
            {
                bus.AddConsumer<PersonReviewConsumer, PersonReviewConsumer.Definition>();
                bus.AddConsumer<HearingConsumer>();
            },
            FailureEndpoint.Configure);
        var host = builder.Build();
        await host.StartAsync(Token);
        return host;
    }

    private static async Task Until(Func<Task<bool>> condition)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
        patience.CancelAfter(s_patience);
        while (!await condition())
            await Task.Delay(TimeSpan.FromMilliseconds(50), patience.Token);
    }

    public sealed class Heard
    {
        public ConcurrentQueue<HubEvent> Events { get; } = [];
    }

    [System.Diagnostics.CodeAnalysis.SuppressMessage("Performance", "CA1812", Justification = "MassTransit makes it.")]
    private sealed class HearingConsumer(Heard heard) : IConsumer<EventsRecorded>
    {
        public Task Consume(ConsumeContext<EventsRecorded> context)
        {
            foreach (var happened in context.Message.Events)
                heard.Events.Enqueue(happened);
            return Task.CompletedTask;
        }
    }
}
