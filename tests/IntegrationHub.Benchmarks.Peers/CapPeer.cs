using DotNetCore.CAP;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace IntegrationHub.Benchmarks.Peers;

/// <summary>DotNetCore.CAP: its PostgreSQL outbox and inbox tables, RabbitMQ with confirms and a quorum queue.</summary>
internal sealed class CapPeer(IHost host) : IPeer
{
    private readonly ICapPublisher _publisher = host.Services.GetRequiredService<ICapPublisher>();

    public string Name => "DotNetCore.CAP 10.0.2";

    public string Setup => "confirms, quorum queue, sends in parallel, 4 consumers, 16 handlers, effect by primary key";

    public static async Task<CapPeer> Start(string connectionString, Uri broker, NpgsqlDataSource source)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(source).AddSingleton<CapHandler>();
        builder.Services.AddCap(cap =>
        {
            cap.UsePostgreSql(connectionString);
            cap.UseRabbitMQ(rabbit =>
            {
                rabbit.PublishConfirms = true;
                rabbit.QueueArguments.QueueType = "quorum";
                rabbit.ConnectionFactoryOptions = factory => factory.Uri = broker;
                rabbit.HostName = broker.Host;
                rabbit.Port = broker.Port;
                rabbit.VirtualHost = Uri.UnescapeDataString(broker.AbsolutePath.TrimStart('/'));
                rabbit.UserName = Uri.UnescapeDataString(broker.UserInfo.Split(':')[0]);
                rabbit.Password = Uri.UnescapeDataString(broker.UserInfo.Split(':')[1]);
                rabbit.BasicQosOptions = new RabbitMQOptions.BasicQos(100);
            });
            cap.EnablePublishParallelSend = true;
            cap.ConsumerThreadCount = 4;
            cap.EnableSubscriberParallelExecute = true;
            cap.SubscriberParallelExecuteThreadCount = 16;
            cap.SubscriberParallelExecuteBufferFactor = 10;
        });
        var host = builder.Build();
        await host.StartAsync();
        await UntilReady(source);
        var peer = new CapPeer(host);
        // Until its queue is bound, what it publishes is confirmed and lost: try until one arrives.
        for (var before = Effects.Count; Effects.Count == before; await Task.Delay(500))
            await peer.Send(source, [new PeerMessage(Guid.CreateVersion7(), PeerMessage.Filler)]);
        await Task.Delay(2_000); // those on their way arrive before anything is counted
        return peer;
    }

    // It says that it has started before its tables are there.
    private static async Task UntilReady(NpgsqlDataSource source)
    {
        await using var there = source.CreateCommand("select to_regclass('cap.published') is not null and to_regclass('cap.received') is not null");
        while (await there.ExecuteScalarAsync() is not true)
            await Task.Delay(50);
    }

    public async Task Send(NpgsqlDataSource source, PeerMessage[] messages)
    {
        await using var connection = await source.OpenConnectionAsync();
        using var transaction = await connection.BeginTransactionAsync(_publisher, autoCommit: false);
        await using (var business = Effects.Business(connection))
            await business.ExecuteNonQueryAsync();
        foreach (var message in messages)
            await _publisher.PublishAsync("bench", message);
        await transaction.CommitAsync();
    }

    public ValueTask DisposeAsync()
    {
        host.Dispose();
        return ValueTask.CompletedTask;
    }
}

public sealed class CapHandler(NpgsqlDataSource source) : ICapSubscribe
{
    [CapSubscribe("bench")]
    public Task Handle(PeerMessage message, CancellationToken cancellationToken) => Effects.Make(source, message.Id, cancellationToken);
}
