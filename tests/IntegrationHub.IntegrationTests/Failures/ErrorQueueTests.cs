using System.Diagnostics.CodeAnalysis;
using System.Text;
using IntegrationHub.Bus;
using IntegrationHub.Contracts.Messages;
using IntegrationHub.Database;
using IntegrationHub.Failures;
using IntegrationHub.IntegrationTests.Subscriptions;
using IntegrationHub.Outbox;
using IntegrationHub.Telemetry;
using IntegrationHub.Testing.Servers;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using RabbitMQ.Client;

namespace IntegrationHub.IntegrationTests.Failures;

/// <summary>Failures over a real broker: nothing is lost when PostgreSQL is away, and a message goes again to one endpoint.</summary>
public sealed class ErrorQueueTests(HubDatabases databases)
{
    private const string Nowhere = "Host=127.0.0.1;Port=1;Username=nobody;Database=none;Timeout=2";
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_failed_while_PostgreSQL_was_away_and_what_cannot_be_read_comes_into_Failures()
    {
        await using var database = await databases.Create(Token);
        await using var rabbit = await RabbitServer.Start(Token);
        var vhost = rabbit.Vhost();
        var messageId = Guid.CreateVersion7();
        using (var host = await StartHub(Nowhere, vhost, new Heard()))
        {
            await host.Services.GetRequiredService<IBus>().Publish(
                new PeopleChanged { PersonKeys = [] }, context => context.MessageId = messageId, Token);
            await PublishRaw(vhost, "hub.stumbling", "{ broken, 示例甲 410499197605120010");
            await UntilWaiting(vhost, BusQueues.Error, 2);
            await host.StopAsync(CancellationToken.None);
        }

        var drain = new ErrorQueueDrain(
            database.Hub, new EndpointCatalogue([]), Options.Create(new BusOptions { Uri = vhost }), TimeProvider.System,
            NullLogger<ErrorQueueDrain>.Instance);
        Assert.Equal(2, await drain.Drain(Token));
        Assert.Equal(0, await drain.Drain(Token));

        Assert.Equal(
            "hub.stumbling System.InvalidOperationException NEW",
            await database.Ask($"select endpoint, exception_type, state from failures.failed_message where message_id = '{messageId}'"));
        Assert.Equal("1", await database.Ask("select count(*) from failures.failed_message where endpoint = 'hub.stumbling' and message_type = 'unknown'"));
        Assert.DoesNotContain(
            "示例", await database.Ask("select string_agg(exception_message || stack, '') from failures.failed_message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_sent_again_reaches_the_one_endpoint_and_a_poison_row_stands_aside()
    {
        await using var database = await databases.Create(Token);
        await using var rabbit = await RabbitServer.Start(Token);
        var heard = new Heard();
        using var host = await StartHub(database.ConnectionString, rabbit.Vhost(), heard, withRelay: true);
        var messageId = Guid.CreateVersion7();
        var body = "{\"personKeys\":[]}"u8.ToArray();
        await using (var work = await database.Hub.Begin(Token))
        {
            await OutboxStore.AddAgain(
                work,
                [
                    new OutboxRow(0, Guid.CreateVersion7(), "no-such-topic:v1", body, "hub.listening"),
                    new OutboxRow(0, Guid.CreateVersion7(), "people-changed:v1", "{ broken"u8.ToArray(), "hub.listening"),
                    new OutboxRow(0, messageId, "people-changed:v1", body, "hub.listening"),
                ],
                TimeProvider.System.GetUtcNow(), Token);
            await work.Commit(Token);
        }

        await Until(() => Task.FromResult(!heard.Messages.IsEmpty));
        await Until(async () => await database.Ask("select count(*) from outbox.message where parked_at is not null") == "2");

        Assert.Equal([messageId], heard.Messages);
        Assert.Equal("0", await database.Ask("select count(*) from outbox.message where parked_at is null"));
        Assert.Equal("0", await database.Ask("select count(*) from failures.failed_message")); // the other endpoint did not get it
        await using var last = await database.Hub.Begin(Token);
        Assert.Equal(2, (await OutboxStore.Parked(last, 10, Token)).Count);
        await host.StopAsync(CancellationToken.None);
    }

    private static async Task<IHost> StartHub(string connectionString, Uri rabbit, Heard heard, bool withRelay = false)
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
        builder.Services.AddSingleton(TimeProvider.System).AddSingleton(heard).AddHubDatabase().AddTelemetry().AddOutbox();
        builder.Services.AddSingleton(new MessageCatalogue([new MessageKind("people-changed:v1", typeof(PeopleChanged), ["stumbling", "listening"])]));
        if (withRelay)
            builder.Services.AddOutboxRelay();
        builder.Services.AddHubBus(
            builder.Configuration,
            bus =>
            {
                bus.AddConsumer<Stumbling, Stumbling.Definition>();
                bus.AddConsumer<Listening, Listening.Definition>();
            },
            FailureEndpoint.Configure);
        var host = builder.Build();
        await host.StartAsync(Token);
        return host;
    }

    private static async Task PublishRaw(Uri vhost, string exchange, string body)
    {
        await using var connection = await new ConnectionFactory { Uri = vhost }.CreateConnectionAsync(Token);
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true), Token);
        await channel.BasicPublishAsync(
            exchange, "", mandatory: true, new BasicProperties { Persistent = true, ContentType = "application/vnd.masstransit+json" },
            Encoding.UTF8.GetBytes(body), Token);
    }

    private static async Task UntilWaiting(Uri vhost, string queue, uint messages)
    {
        await using var connection = await new ConnectionFactory { Uri = vhost }.CreateConnectionAsync(Token);
        await Until(async () =>
        {
            await using var channel = await connection.CreateChannelAsync(cancellationToken: Token);
            try
            {
                return await channel.MessageCountAsync(queue, Token) >= messages;
            }
            catch (RabbitMQ.Client.Exceptions.OperationInterruptedException)
            {
                return false; // not declared yet
            }
        });
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
        public System.Collections.Concurrent.ConcurrentQueue<Guid> Messages { get; } = [];
    }

    [SuppressMessage("Performance", "CA1812", Justification = "MassTransit makes it.")]
    private sealed class Stumbling : IConsumer<PeopleChanged>
    {
        public Task Consume(ConsumeContext<PeopleChanged> context) => throw new InvalidOperationException("The value 'Wang' is wrong.");

        internal sealed class Definition : ConsumerDefinition<Stumbling>
        {
            public Definition() => EndpointName = "hub.stumbling";
        }
    }

    [SuppressMessage("Performance", "CA1812", Justification = "MassTransit makes it.")]
    private sealed class Listening(Heard heard) : IConsumer<PeopleChanged>
    {
        public Task Consume(ConsumeContext<PeopleChanged> context)
        {
            heard.Messages.Enqueue(context.MessageId ?? Guid.Empty);
            return Task.CompletedTask;
        }

        internal sealed class Definition : ConsumerDefinition<Listening>
        {
            public Definition() => EndpointName = "hub.listening";
        }
    }
}
