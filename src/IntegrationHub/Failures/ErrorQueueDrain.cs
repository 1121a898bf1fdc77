using System.Text;
using IntegrationHub.Bus;
using IntegrationHub.Database;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace IntegrationHub.Failures;

/// <summary>
/// Takes over into Failures what went to the broker's error queues while PostgreSQL was away, and what the broker itself
/// gave up on. It reads bytes and headers and never opens a message, so that no message can harm it.
/// </summary>
internal sealed partial class ErrorQueueDrain(
    HubDatabase database, EndpointCatalogue endpoints, IOptions<BusOptions> bus, TimeProvider time, ILogger<ErrorQueueDrain> logger)
    : BackgroundService
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(15);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (bus.Value.Transport != BusTransport.RabbitMq)
            return;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Drain(stoppingToken);
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                LogInterrupted(failure.GetType().Name);
            }

            await Task.Delay(s_pause, stoppingToken);
        }
    }

    /// <summary>Empties the queues and says how many messages there were.</summary>
    internal async Task<int> Drain(CancellationToken cancellationToken)
    {
        var factory = new ConnectionFactory { Uri = bus.Value.Uri ?? throw new InvalidOperationException("Hub:Bus:Uri is missing.") };
        await using var connection = await factory.CreateConnectionAsync(cancellationToken);
        return await Drain(connection, BusQueues.Error, cancellationToken)
            + await Drain(connection, BusQueues.Skipped, cancellationToken)
            + await Drain(connection, BusQueues.DeadLetter, cancellationToken);
    }

    private async Task<int> Drain(IConnection connection, string queue, CancellationToken cancellationToken)
    {
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        var taken = 0;
        try
        {
            while (await channel.BasicGetAsync(queue, autoAck: false, cancellationToken) is { } message)
            {
                await File(message, cancellationToken); // not filed, it stays: the channel gives it back when it closes
                await channel.BasicAckAsync(message.DeliveryTag, multiple: false, cancellationToken);
                taken++;
            }
        }
        catch (OperationInterruptedException gone) when (gone.ShutdownReason?.ReplyCode == 404)
        {
            // Nothing has failed yet: the queue is declared with the first message.
        }

        if (taken > 0)
            LogTaken(taken, queue);
        return taken;
    }

    private async Task File(BasicGetResult message, CancellationToken cancellationToken)
    {
        var body = message.Body.ToArray();
        var headers = message.BasicProperties.Headers ?? new Dictionary<string, object?>();
        var endpoint = EndpointOf(TextOf(headers, "MT-Fault-InputAddress")) ?? DeadOf(headers) ?? "unknown";
        var type = TextOf(headers, "MT-Fault-ExceptionType") ?? "IntegrationHub.Failures.GivenUpByTheBroker";
        var stack = TextOf(headers, "MT-Fault-StackTrace") ?? "";
        await using var work = await database.Begin(cancellationToken);
        await FailureStore.Add(
            work,
            new Failure
            {
                MessageId = Guid.TryParse(message.BasicProperties.MessageId, out var id) ? id : FailureFilter.IdOf(body),
                Endpoint = endpoint,
                MessageType = FailureFilter.MessageTypeOf(body),
                ExceptionType = type,
                ExceptionMessage = ExceptionText.Clean(TextOf(headers, "MT-Fault-Message") ?? ""),
                Stack = stack,
                GroupKey = FailureGroup.KeyOf(type, stack),
                Body = body,
                Partner = endpoints.TryFind(endpoint, out var known) ? known.Partner : "",
                Subjects = MessageSubjects.Of(body),
            },
            time.GetUtcNow(), cancellationToken);
        await work.Commit(cancellationToken);
    }

    /// <summary>The endpoint in an address such as <c>rabbitmq://host/vhost/hub.fan-out?type=…</c>.</summary>
    internal static string? EndpointOf(string? address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Segments is { Length: > 1 } segments
            ? Uri.UnescapeDataString(segments[^1].Trim('/'))
            : null;

    // What the broker itself moved says from which queue.
    private static string? DeadOf(IDictionary<string, object?> headers) => TextOf(headers, "x-first-death-queue");

    private static string? TextOf(IDictionary<string, object?> headers, string name) =>
        headers.TryGetValue(name, out var value) ? value switch
        {
            byte[] bytes => Encoding.UTF8.GetString(bytes),
            string text => text,
            _ => null,
        } : null;

    [LoggerMessage(LogLevel.Warning, "{Count} messages of {Queue} were taken over into Failures.")]
    private partial void LogTaken(int count, string queue);

    [LoggerMessage(LogLevel.Warning, "The error queues could not be read: {Failure}.")]
    private partial void LogInterrupted(string failure);
}
