using System.Text;
using IntegrationHub.Testing.Demo;
using RabbitMQ.Client;

namespace IntegrationHub.EndToEndTests.Scenarios;

/// <summary>Keeps the event messages of the bus, byte for byte, to publish one again much later, as a re-drive would.</summary>
internal sealed class MessageKeeper : IAsyncDisposable
{
    private const string Queue = "test.keeper";
    private const string Exchange = "IntegrationHub.Contracts.Messages:EventsRecorded";

    private readonly IConnection _connection;
    private readonly IChannel _channel;

    private MessageKeeper(IConnection connection, IChannel channel) => (_connection, _channel) = (connection, channel);

    public static async Task<MessageKeeper> Open(HubWorld world, CancellationToken cancellationToken)
    {
        var factory = new ConnectionFactory { Uri = world.Bus ?? throw new InvalidOperationException("This world has no broker.") };
        var connection = await factory.CreateConnectionAsync(cancellationToken);
        var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        await channel.QueueDeclareAsync(Queue, durable: false, exclusive: true, autoDelete: false, cancellationToken: cancellationToken);
        await channel.QueueBindAsync(Queue, Exchange, "", cancellationToken: cancellationToken);
        return new MessageKeeper(connection, channel);
    }

    /// <summary>The kept messages that speak of something, oldest first.</summary>
    public async Task<IReadOnlyList<BasicGetResult>> About(string something, CancellationToken cancellationToken)
    {
        var found = new List<BasicGetResult>();
        while (await _channel.BasicGetAsync(Queue, autoAck: true, cancellationToken) is { } message)
        {
            if (Encoding.UTF8.GetString(message.Body.Span).Contains(something, StringComparison.Ordinal))
                found.Add(message);
        }

        return found;
    }

    /// <summary>Publishes a message as it was: same id, same headers, same body.</summary>
    public async Task PublishAgain(BasicGetResult message, CancellationToken cancellationToken) =>
        await _channel.BasicPublishAsync(
            Exchange, "", mandatory: false, new BasicProperties(message.BasicProperties), message.Body, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _channel.DisposeAsync();
        await _connection.DisposeAsync();
    }
}
