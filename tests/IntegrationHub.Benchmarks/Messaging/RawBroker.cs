using System.Diagnostics;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace IntegrationHub.Benchmarks.Messaging;

/// <summary>
/// The floor: persistent messages with confirms into a quorum queue and out again with acknowledgements, by RabbitMQ's
/// own client. No database, so nothing is bound to anything: what any durable messaging over this broker pays at least.
/// </summary>
internal static class RawBroker
{
    private const string Queue = "raw";
    private const int Outstanding = 500;

    public static async Task<TimeSpan> Run(Uri broker, int messages, CancellationToken cancellationToken)
    {
        var factory = new ConnectionFactory { Uri = broker };
        await using var connection = await factory.CreateConnectionAsync(cancellationToken);
        await using var receiving = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        await receiving.QueueDeclareAsync(
            Queue, durable: true, exclusive: false, autoDelete: false,
            new Dictionary<string, object?> { ["x-queue-type"] = "quorum" }, cancellationToken: cancellationToken);
        await receiving.BasicQosAsync(0, Outstanding, global: false, cancellationToken);
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var gone = cancellationToken.Register(() => all.TrySetCanceled(cancellationToken));
        var received = 0;
        var consumer = new AsyncEventingBasicConsumer(receiving);
        consumer.ReceivedAsync += async (_, delivered) =>
        {
            await receiving.BasicAckAsync(delivered.DeliveryTag, multiple: false, cancellationToken);
            if (++received == messages)
                all.TrySetResult();
        };
        await receiving.BasicConsumeAsync(Queue, autoAck: false, consumer, cancellationToken);

        var started = Stopwatch.GetTimestamp();
        await Publish(connection, messages, cancellationToken);
        await all.Task;
        return Stopwatch.GetElapsedTime(started);
    }

    // No limiter: the batch is the limit, and a limiter on confirms costs nine tenths of the rate (facts.md §1).
    private static async Task Publish(IConnection connection, int messages, CancellationToken cancellationToken)
    {
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true), cancellationToken);
        var body = new byte[MessageLoad.BodyBytes];
        for (var sent = 0; sent < messages; sent += Outstanding)
        {
            await Task.WhenAll(Enumerable.Range(0, Math.Min(Outstanding, messages - sent)).Select(_ => channel.BasicPublishAsync(
                "", Queue, mandatory: true, new BasicProperties { Persistent = true }, body, cancellationToken).AsTask()));
        }
    }
}
