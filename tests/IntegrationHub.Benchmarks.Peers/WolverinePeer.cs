using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Wolverine;
using Wolverine.Persistence.Durability;
using Wolverine.Postgresql;
using Wolverine.RabbitMQ;
using Wolverine.RDBMS;
using Wolverine.Runtime;

namespace IntegrationHub.Benchmarks.Peers;

/// <summary>
/// Wolverine: its PostgreSQL outbox, RabbitMQ with confirms and a quorum queue; received through its durable inbox, or
/// inline with the effect's primary key as the only dedupe (WOLVERINE_INLINE=1).
/// </summary>
internal sealed class WolverinePeer(IHost host) : IPeer
{
    private static readonly bool s_inline = Environment.GetEnvironmentVariable("WOLVERINE_INLINE") == "1";

    private readonly IWolverineRuntime _runtime = host.Services.GetRequiredService<IWolverineRuntime>();

    public string Name => "Wolverine 6.62";

    public string Setup => s_inline
        ? "confirms, quorum queue, durable outbox, 8 inline listeners, effect by primary key"
        : "confirms, quorum queue, durable outbox and inbox, 16 handlers";

    public static async Task<WolverinePeer> Start(string connectionString, Uri broker, NpgsqlDataSource source)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(source);
        builder.UseWolverine(options =>
        {
            options.PersistMessagesWithPostgresql(connectionString, "wolverine");
            options.Durability.Mode = DurabilityMode.Solo;
            options.UseRabbitMq(broker)
                .AutoProvision()
                .UseQuorumQueues()
                .ConfigureChannelCreation(channel =>
                {
                    channel.PublisherConfirmationsEnabled = true;
                    channel.PublisherConfirmationTrackingEnabled = true;
                });
            options.PublishMessage<PeerMessage>().ToRabbitQueue("bench").UseDurableOutbox();
            var listener = options.ListenToRabbitQueue("bench").PreFetchCount(100);
            if (s_inline)
                listener.ProcessInline().ListenerCount(8);
            else
                listener.UseDurableInbox().MaximumParallelMessages(16);
        });
        var host = builder.Build();
        await host.StartAsync();
        return new WolverinePeer(host);
    }

    public async Task Send(NpgsqlDataSource source, PeerMessage[] messages)
    {
        await using var connection = await source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var business = Effects.Business(connection))
            await business.ExecuteNonQueryAsync();
        var context = new MessageContext(_runtime);
        await context.EnlistInOutboxAsync(new DatabaseEnvelopeTransaction((IMessageDatabase)context.Storage, transaction));
        foreach (var message in messages)
            await context.PublishAsync(message);
        await transaction.CommitAsync();
        await context.FlushOutgoingMessagesAsync();
    }

    public ValueTask DisposeAsync()
    {
        host.Dispose();
        return ValueTask.CompletedTask;
    }
}

public static class PeerMessageHandler
{
    public static Task Handle(PeerMessage message, NpgsqlDataSource source, CancellationToken cancellationToken) =>
        Effects.Make(source, message.Id, cancellationToken);
}
