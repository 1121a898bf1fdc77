using System.Globalization;
using IntegrationHub.Testing.Servers;

namespace IntegrationHub.Testing.Demo;

/// <summary>One world's database and vhost, on servers of its own or on shared ones.</summary>
internal sealed class WorldServers : IAsyncDisposable
{
    private static int s_databases;

    private PostgresServer? _ownPostgres;
    private RabbitServer? _ownRabbit;

    public string ConnectionString { get; private set; } = "";

    public Uri? Bus { get; private set; }

    public string Kinds { get; private set; } = "";

    public async Task Start(HubWorldOptions options, CancellationToken cancellationToken)
    {
        var rabbit = options.Embedded ? Task.CompletedTask : StartRabbit(options, cancellationToken);
        await Task.WhenAll(StartPostgres(options, cancellationToken), rabbit);
        Kinds = options.Embedded
            ? $"PostgreSQL {(options.Postgres ?? _ownPostgres)?.Kind}, bus in memory"
            : $"PostgreSQL {(options.Postgres ?? _ownPostgres)?.Kind}, RabbitMQ {(options.Rabbit ?? _ownRabbit)?.Kind}";
    }

    public async ValueTask DisposeAsync() => await Task.WhenAll(
        _ownPostgres?.DisposeAsync().AsTask() ?? Task.CompletedTask,
        _ownRabbit?.DisposeAsync().AsTask() ?? Task.CompletedTask);

    private async Task StartPostgres(HubWorldOptions options, CancellationToken cancellationToken)
    {
        var postgres = options.Postgres
            ?? (_ownPostgres = await PostgresServer.Start(options.Durable, cancellationToken));
        var number = Interlocked.Increment(ref s_databases).ToString(CultureInfo.InvariantCulture);
        ConnectionString = await postgres.CreateDatabase($"hub_{number}", template: null, cancellationToken);
    }

    private async Task StartRabbit(HubWorldOptions options, CancellationToken cancellationToken)
    {
        var rabbit = options.Rabbit ?? (_ownRabbit = await RabbitServer.Start(cancellationToken));
        Bus = rabbit.Vhost();
    }
}
