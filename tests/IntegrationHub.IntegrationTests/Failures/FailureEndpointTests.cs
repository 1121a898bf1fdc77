using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using IntegrationHub.Bus;
using IntegrationHub.Database;
using IntegrationHub.Failures;
using IntegrationHub.IntegrationTests.Subscriptions;
using IntegrationHub.Telemetry;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace IntegrationHub.IntegrationTests.Failures;

public sealed class FailureEndpointTests(HubDatabases databases)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_message_that_fails_for_good_is_filed_with_its_body_and_a_cleaned_text()
    {
        await using var database = await databases.Create(TestContext.Current.CancellationToken);
        await using var bus = await RunningBus.Start(database.ConnectionString);
        var messageId = Guid.CreateVersion7();

        await bus.Publish(messageId);
        await Subscriber.Until(database, "select count(*) from failures.failed_message", "1", Soon);

        Assert.Equal(
            $"{messageId} hub.stumble System.InvalidOperationException NEW 1",
            await database.Ask("select message_id, endpoint, exception_type, state, attempts from failures.failed_message"));
        Assert.Equal(
            "The value *** of *** is wrong.", await database.Ask("select exception_message from failures.failed_message"));
        var body = await database.Ask("select convert_from(body, 'utf8') from failures.failed_message");
        Assert.Equal(
            "a-reference",
            JsonDocument.Parse(body).RootElement.GetProperty("message").GetProperty("reference").GetString());
        Assert.EndsWith("+Stumble", await database.Ask("select message_type from failures.failed_message"), StringComparison.Ordinal);
        Assert.Empty(bus.Moved.Ids);
        Assert.Equal(0, bus.Moved.Faults);
    }

    [Fact]
    public async Task The_same_message_failing_again_is_one_failure_with_two_attempts()
    {
        await using var database = await databases.Create(TestContext.Current.CancellationToken);
        await using var bus = await RunningBus.Start(database.ConnectionString);
        var messageId = Guid.CreateVersion7();
        await bus.Publish(messageId);
        await Subscriber.Until(database, "select max(attempts) from failures.failed_message", "1", Soon);
        await database.Run("update failures.failed_message set state = 'RESOLVED'");

        await bus.Publish(messageId);

        await Subscriber.Until(database, "select count(*), max(attempts), max(state) from failures.failed_message", "1 2 NEW", Soon);
    }

    [Fact]
    public async Task When_PostgreSQL_is_away_too_the_message_goes_to_the_error_queue_without_the_text_of_the_exception()
    {
        await using var bus = await RunningBus.Start("Host=127.0.0.1;Port=1;Username=nobody;Database=none;Timeout=2");

        await bus.Publish(Guid.CreateVersion7());

        await bus.UntilMoved(Soon);
        Assert.Equal("The value *** of *** is wrong.", Assert.Single(bus.Moved.Texts));
    }

    [Fact]
    public async Task A_single_record_is_filed_under_its_own_id_and_counted_as_open()
    {
        await using var database = await databases.Create(TestContext.Current.CancellationToken);
        var record = new FailedRecord(Guid.CreateVersion7(), "NeedRecord", new FormatException("'Wang' is wrong."), [1, 2, 3]);
        await using (var work = await database.Hub.Begin(TestContext.Current.CancellationToken))
        {
            await FailureStore.Record(work, record, TimeProvider.System.GetUtcNow(), TestContext.Current.CancellationToken);
            await work.Commit(TestContext.Current.CancellationToken);
        }

        Assert.Equal(
            $"{record.MessageId} pipeline.record NeedRecord *** is wrong. 010203",
            await database.Ask(
                "select message_id, endpoint, message_type, exception_message, encode(body, 'hex') from failures.failed_message"));
        Assert.Equal(1, await Open(database));

        await database.Run("update failures.failed_message set state = 'ARCHIVED'");
        Assert.Equal(0, await Open(database));
    }

    private static async Task<long> Open(OwnDatabase database)
    {
        await using var work = await database.Hub.Begin(TestContext.Current.CancellationToken);
        return await FailureStore.Open(work, TestContext.Current.CancellationToken);
    }

    /// <summary>The hub's own bus, in memory, with one consumer that always fails and one that watches the error queue.</summary>
    private sealed class RunningBus(IHost host, Moved moved) : IAsyncDisposable
    {
        public Moved Moved => moved;

        public static async Task<RunningBus> Start(string connectionString)
        {
            LogContext.Current = null; // a second host in one process must not log through the first one's factory
            var builder = Host.CreateApplicationBuilder();
            builder.Logging.ClearProviders();
            builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["Hub:Database:ConnectionString"] = connectionString,
                ["Hub:Bus:Transport"] = "InMemory",
            });
            var moved = new Moved();
            builder.Services.AddSingleton(TimeProvider.System).AddSingleton(moved).AddHubDatabase().AddTelemetry();
            builder.Services.AddHubBus(
                builder.Configuration,
                bus =>
                {
                    bus.AddConsumer<StumblingConsumer, StumblingConsumer.Definition>();
                    bus.AddConsumer<ErrorQueueConsumer, ErrorQueueConsumer.Definition>();
                    bus.AddConsumer<FaultConsumer>();
                },
                FailureEndpoint.Configure);
            var host = builder.Build();
            await host.StartAsync(TestContext.Current.CancellationToken);
            return new RunningBus(host, moved);
        }

        public Task Publish(Guid messageId) => host.Services.GetRequiredService<IBus>().Publish(
            new Stumble { Reference = "a-reference" },
            context => context.MessageId = messageId,
            TestContext.Current.CancellationToken);

        public async Task UntilMoved(TimeSpan within)
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            patience.CancelAfter(within);
            while (moved.Texts.IsEmpty)
                await Task.Delay(TimeSpan.FromMilliseconds(10), patience.Token);
        }

        public async ValueTask DisposeAsync()
        {
            await host.StopAsync(CancellationToken.None);
            host.Dispose();
        }
    }

    public sealed record Stumble
    {
        public required string Reference { get; init; }
    }

    /// <summary>What came by where it should come only when everything else failed, or never.</summary>
    public sealed class Moved
    {
        private int _faults;

        public ConcurrentBag<Guid> Ids { get; } = [];
        public ConcurrentBag<string?> Texts { get; } = [];
        public int Faults => _faults;

        public void CountFault() => Interlocked.Increment(ref _faults);
    }

    [SuppressMessage("Performance", "CA1812", Justification = "MassTransit makes it.")]
    private sealed class StumblingConsumer : IConsumer<Stumble>
    {
        public Task Consume(ConsumeContext<Stumble> context) =>
            throw new InvalidOperationException("The value 'Wang' of 410499198001011234 is wrong.");

        internal sealed class Definition : ConsumerDefinition<StumblingConsumer>
        {
            public Definition() => EndpointName = "hub.stumble";
        }
    }

    [SuppressMessage("Performance", "CA1812", Justification = "MassTransit makes it.")]
    private sealed class FaultConsumer(Moved moved) : IConsumer<Fault<Stumble>>
    {
        public Task Consume(ConsumeContext<Fault<Stumble>> context)
        {
            moved.CountFault();
            return Task.CompletedTask;
        }
    }

    [SuppressMessage("Performance", "CA1812", Justification = "MassTransit makes it.")]
    private sealed class ErrorQueueConsumer(Moved moved) : IConsumer<Stumble>
    {
        public Task Consume(ConsumeContext<Stumble> context)
        {
            moved.Ids.Add(context.MessageId ?? Guid.Empty);
            moved.Texts.Add(context.ReceiveContext.TransportHeaders.Get<string>("MT-Fault-Message"));
            return Task.CompletedTask;
        }

        internal sealed class Definition : ConsumerDefinition<ErrorQueueConsumer>
        {
            public Definition() => EndpointName = "hub.stumble_error";

            protected override void ConfigureConsumer(
                IReceiveEndpointConfigurator endpointConfigurator,
                IConsumerConfigurator<ErrorQueueConsumer> consumerConfigurator,
                IRegistrationContext context) => endpointConfigurator.ConfigureConsumeTopology = false; // only what is moved here
        }
    }
}
