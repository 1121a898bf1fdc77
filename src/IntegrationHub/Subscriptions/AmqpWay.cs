using System.Collections.Concurrent;
using System.Text;
using IntegrationHub.Bus;
using Microsoft.Extensions.Options;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace IntegrationHub.Subscriptions;

/// <summary>
/// By a queue of the subscriber's own on the broker: a durable topic exchange, a quorum queue for each subscriber, publishing
/// with confirms. A queue that is full refuses, and what it refuses waits in the hub as for any other subscriber.
/// </summary>
internal sealed class AmqpWay(IOptions<BusOptions> bus, IOptions<SubscriptionOptions> options) : IDeliveryWay, IAsyncDisposable
{
    public const string Exchange = "charity.events.v1";

    // Published together and confirmed together: one by one is ten times slower.
    private const int Together = 100;
    private const int MostWaiting = 100_000;

    private readonly ConcurrentDictionary<Guid, IChannel> _channels = [];
    private readonly SemaphoreSlim _gate = new(1);
    private IConnection? _connection;

    public string Channel => SubscriptionChannel.Amqp;

    /// <summary>The queue a subscriber reads; its user may read this one and nothing else.</summary>
    public static string QueueOf(Guid subscriptionId) => $"{Exchange}.{subscriptionId}";

    public DeliveryRoute Open(DueBatch batch) => new(Together, (delivery, body, cancellationToken) =>
        Publish(batch.SubscriptionId, delivery, body, cancellationToken));

    /// <summary>The queue is made; nobody else has to agree.</summary>
    public async Task<string?> Agree(PendingReceiver receiver, CancellationToken cancellationToken)
    {
        try
        {
            await Ready(receiver.SubscriptionId, cancellationToken);
            return null;
        }
        catch (Exception failure) when (IsTheBrokers(failure) && !cancellationToken.IsCancellationRequested)
        {
            return "broker";
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var channel in _channels.Values)
            await channel.DisposeAsync();
        if (_connection is not null)
            await _connection.DisposeAsync();
        _gate.Dispose();
    }

    private async Task<DeliveryOutcome> Publish(
        Guid subscriptionId, DueDelivery delivery, string body, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(options.Value.RequestTimeout);
        try
        {
            var channel = await Ready(subscriptionId, patience.Token);
            var properties = new BasicProperties
            {
                Persistent = true,
                ContentType = EventEnvelope.ContentType,
                MessageId = delivery.EventId.ToString(),
                Type = delivery.Type,
            };
            await channel.BasicPublishAsync(
                Exchange, $"{subscriptionId}.{delivery.Type}", mandatory: true, properties, Encoding.UTF8.GetBytes(body),
                patience.Token);
            return new DeliveryOutcome.Delivered();
        }
        catch (PublishException refusal)
        {
            return new DeliveryOutcome.TryAgain(refusal.IsReturn ? "no queue" : "queue full");
        }
        catch (Exception failure) when (IsTheBrokers(failure) && !cancellationToken.IsCancellationRequested)
        {
            return new DeliveryOutcome.TryAgain("broker");
        }
    }

    private async Task<IChannel> Ready(Guid subscriptionId, CancellationToken cancellationToken)
    {
        if (_channels.TryGetValue(subscriptionId, out var open) && open.IsOpen)
            return open;
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (_channels.TryGetValue(subscriptionId, out open) && open.IsOpen)
                return open;
            if (open is not null)
                await open.DisposeAsync();
            if (_connection?.IsOpen != true)
                _connection = await Connect(cancellationToken);
            var channel = await _connection.CreateChannelAsync(
                new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true),
                cancellationToken);
            await Declare(channel, subscriptionId, cancellationToken);
            return _channels[subscriptionId] = channel;
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task<IConnection> Connect(CancellationToken cancellationToken)
    {
        if (_connection is not null)
            await _connection.DisposeAsync();
        var factory = new ConnectionFactory
        {
            Uri = options.Value.AmqpUri ?? bus.Value.Uri ?? throw new BrokerUnreachableException(new InvalidOperationException("No broker is configured.")),
            AutomaticRecoveryEnabled = false, // a broken connection is made anew by whoever needs it
            ClientProvidedName = "integration-hub subscriptions",
        };
        return await factory.CreateConnectionAsync(cancellationToken);
    }

    private async Task Declare(IChannel channel, Guid subscriptionId, CancellationToken cancellationToken)
    {
        var queue = QueueOf(subscriptionId);
        var arguments = new Dictionary<string, object?>
        {
            ["x-queue-type"] = "quorum",
            ["x-quorum-initial-group-size"] = bus.Value.QuorumSize,
            ["x-max-length"] = MostWaiting,
            ["x-overflow"] = "reject-publish",
        };
        await channel.ExchangeDeclareAsync(
            Exchange, ExchangeType.Topic, durable: true, autoDelete: false, cancellationToken: cancellationToken);
        await channel.QueueDeclareAsync(
            queue, durable: true, exclusive: false, autoDelete: false, arguments, cancellationToken: cancellationToken);
        await channel.QueueBindAsync(queue, Exchange, $"{subscriptionId}.#", cancellationToken: cancellationToken);
    }

    private static bool IsTheBrokers(Exception failure) =>
        // The last two: an answer that did not come in time.
        failure is BrokerUnreachableException or OperationInterruptedException or AlreadyClosedException or IOException
            or System.Net.Sockets.SocketException or TimeoutException or OperationCanceledException;
}
