using System.Globalization;
using IntegrationHub.Testing.Demo;
using IntegrationHub.Testing.Servers;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace IntegrationHub.EndToEndTests.Campaign;

/// <summary>
/// Strikes an installation at moments and with faults drawn from a seed, while it works, and plays the service manager
/// that starts again what has died.
/// </summary>
internal sealed class FaultCampaign(HubWorld world, PostgresServer postgres, RabbitServer rabbit, Random chance)
{
    private const string Queue = "test.campaign";
    private const int MostAgain = 50;

    private static readonly string[] s_exchanges =
    [
        "IntegrationHub.Contracts.Messages:ProcessChunk",
        "IntegrationHub.Contracts.Messages:LinkPeople",
        "IntegrationHub.Contracts.Messages:RouteNeeds",
        "IntegrationHub.Contracts.Messages:PeopleChanged",
        "IntegrationHub.Contracts.Messages:EventsRecorded",
    ];

    private readonly List<string> _done = [];

    /// <summary>Every fault that took place, in order, with its moment.</summary>
    public IReadOnlyList<string> Done => _done;

    /// <summary>Messages that went over the bus once more.</summary>
    public int Repeated { get; private set; }

    /// <summary>Lets a queue of the campaign's own hear all messages, so that it can repeat them.</summary>
    public async Task Listen(CancellationToken cancellationToken)
    {
        await using var connection = await Connect(cancellationToken);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        await channel.QueueDeclareAsync(Queue, durable: true, exclusive: false, autoDelete: false, cancellationToken: cancellationToken);
        foreach (var exchange in s_exchanges)
        {
            await channel.ExchangeDeclareAsync(exchange, ExchangeType.Fanout, durable: true, cancellationToken: cancellationToken);
            await channel.QueueBindAsync(Queue, exchange, "", cancellationToken: cancellationToken);
        }
    }

    /// <summary>So many faults, each after a random while; every process runs again at the end.</summary>
    public async Task Strike(int faults, CancellationToken cancellationToken)
    {
        for (var fault = 0; fault < faults; fault++)
        {
            await Task.Delay(chance.Next(50, 1_500), cancellationToken);
            var (name, strike) = Draw();
            var at = TimeProvider.System.GetUtcNow();
            await strike(cancellationToken);
            await StartWhatDied(cancellationToken);
            _done.Add(string.Create(CultureInfo.InvariantCulture, $"{at:HH:mm:ss.fff} {name}"));
        }
    }

    private (string Name, Func<CancellationToken, Task> Strike) Draw() => chance.Next(8) switch
    {
        0 => ("worker killed", KillWorker),
        1 => ("web killed", KillWeb),
        2 => ("broker killed", KillBroker),
        3 => ("PostgreSQL killed", KillPostgres),
        4 => ("connections to PostgreSQL cut", CutConnections),
        5 => ("worker stood still", Freeze),
        6 => ("the federation refused", cancellation => world.Federation.SetFaults(
            new { status500 = chance.Next(1, 8), status429 = chance.Next(1, 8), retryAfterSeconds = 1 }, cancellation)),
        _ => ("messages repeated, last first", RepeatMessages),
    };

    private async Task KillWorker(CancellationToken cancellationToken)
    {
        await world.KillWorker(cancellationToken);
        await world.RestartWorker(cancellationToken);
    }

    private async Task KillWeb(CancellationToken cancellationToken)
    {
        await world.Web.Kill(cancellationToken);
        await world.RestartWeb(cancellationToken);
    }

    private async Task KillBroker(CancellationToken cancellationToken)
    {
        await rabbit.Kill(cancellationToken);
        await rabbit.Restart(cancellationToken);
    }

    private async Task KillPostgres(CancellationToken cancellationToken)
    {
        await postgres.Kill(cancellationToken);
        await Task.Delay(chance.Next(0, 2_000), cancellationToken);
        await postgres.Restart(cancellationToken);
    }

    private Task CutConnections(CancellationToken cancellationToken) => HubBooks.Execute(
        world,
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()",
        cancellationToken);

    // Longer than no lease, so that what it had in hand is still its own when it goes on.
    private async Task Freeze(CancellationToken cancellationToken)
    {
        world.Worker.Signal("STOP");
        await Task.Delay(chance.Next(500, 3_000), cancellationToken);
        world.Worker.Signal("CONT");
    }

    private async Task RepeatMessages(CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await Connect(cancellationToken);
            await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
            var heard = new Stack<BasicGetResult>();
            while (heard.Count < MostAgain && await channel.BasicGetAsync(Queue, autoAck: true, cancellationToken) is { } message)
                heard.Push(message);
            foreach (var message in heard)
            {
                await channel.BasicPublishAsync(
                    message.Exchange, "", mandatory: false, new BasicProperties(message.BasicProperties), message.Body, cancellationToken);
                Repeated++;
            }
        }
        catch (Exception failure) when (failure is BrokerUnreachableException or OperationInterruptedException)
        {
            // The broker is still coming up: nothing was repeated, and that is counted.
        }
    }

    private async Task StartWhatDied(CancellationToken cancellationToken)
    {
        if (world.Worker.HasExited)
            await world.RestartWorker(cancellationToken);
        if (world.Web.HasExited)
            await world.RestartWeb(cancellationToken);
    }

    private Task<IConnection> Connect(CancellationToken cancellationToken) => new ConnectionFactory
    {
        Uri = world.Bus ?? throw new InvalidOperationException("This world has no broker."),
    }.CreateConnectionAsync(cancellationToken);
}
