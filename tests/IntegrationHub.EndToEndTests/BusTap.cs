using System.Text;
using IntegrationHub.Testing.Demo;
using RabbitMQ.Client;

namespace IntegrationHub.EndToEndTests;

/// <summary>A second ear on every exchange of the hub: a queue of its own that gets a copy of all that goes over RabbitMQ.</summary>
internal sealed class BusTap : IAsyncDisposable
{
    private const string Queue = "test.tap";

    private static readonly string[] s_exchanges =
    [
        "IntegrationHub.Contracts.Messages:ProcessChunk",
        "IntegrationHub.Contracts.Messages:LinkPeople",
        "IntegrationHub.Contracts.Messages:RouteNeeds",
        "IntegrationHub.Contracts.Messages:EventsRecorded",
    ];

    private readonly IConnection _connection;
    private readonly IChannel _channel;

    private BusTap(IConnection connection, IChannel channel) => (_connection, _channel) = (connection, channel);

    public static async Task<BusTap> Open(HubWorld world, CancellationToken cancellationToken)
    {
        var connection = await new ConnectionFactory
        {
            Uri = world.Bus ?? throw new InvalidOperationException("This world has no broker."),
        }.CreateConnectionAsync(cancellationToken);
        var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        await channel.QueueDeclareAsync(Queue, durable: false, exclusive: true, autoDelete: false, cancellationToken: cancellationToken);
        foreach (var exchange in s_exchanges)
            await channel.QueueBindAsync(Queue, exchange, "", cancellationToken: cancellationToken);
        return new BusTap(connection, channel);
    }

    /// <summary>Headers and bodies of everything heard so far.</summary>
    public async Task<IReadOnlyList<string>> Heard(CancellationToken cancellationToken)
    {
        var heard = new List<string>();
        while (await _channel.BasicGetAsync(Queue, autoAck: true, cancellationToken) is { } message)
        {
            var headers = message.BasicProperties.Headers?.Select(header =>
                $"{header.Key}={(header.Value is byte[] bytes ? Encoding.UTF8.GetString(bytes) : header.Value)}") ?? [];
            heard.Add($"{string.Join('\n', headers)}\n{Encoding.UTF8.GetString(message.Body.Span)}");
        }

        return heard;
    }

    public async ValueTask DisposeAsync()
    {
        await _channel.DisposeAsync();
        await _connection.DisposeAsync();
    }
}
