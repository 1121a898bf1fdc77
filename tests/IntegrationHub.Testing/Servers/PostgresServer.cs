using Npgsql;

namespace IntegrationHub.Testing.Servers;

/// <summary>
/// A PostgreSQL for tests, benchmarks and the demo: the one named by HUB_TEST_POSTGRES (a connection string of a role
/// that may create databases), else a container, else a private native process.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private const string Variable = "HUB_TEST_POSTGRES";
    private const string Image = "postgres:17-alpine";

    private readonly IRunningServer _server;
    private readonly SemaphoreSlim _creating = new(1);
    private readonly List<string> _created = [];

    private PostgresServer(IRunningServer server) => _server = server;

    /// <summary>"container", "native" or "named".</summary>
    public string Kind => _server.Kind;

    public string AdminConnectionString => _server.Address;

    /// <summary>Starts a fast server that does not outlive a power cut: what a test wants.</summary>
    public static Task<PostgresServer> Start(CancellationToken cancellationToken) =>
        Start(durable: false, cancellationToken);

    /// <summary>Starts a server; durable keeps fsync on, as the demo and every honest measurement need it.</summary>
    public static async Task<PostgresServer> Start(bool durable, CancellationToken cancellationToken)
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named)
            return await Named(named, cancellationToken);
        return new PostgresServer(await ServerChoice.Start(
            () => ContainerServer.StartPostgres(Image, durable, cancellationToken),
            () => NativePostgres.Start(durable, cancellationToken)));
    }

    /// <summary>
    /// Creates an empty database, or a copy of a template no session is open on, and returns its connection string.
    /// </summary>
    public async Task<string> CreateDatabase(string name, string? template, CancellationToken cancellationToken)
    {
        // Two test runs may share a named server.
        var database = Kind == "named" ? $"{name}_{Environment.ProcessId}" : name;
        await _creating.WaitAsync(cancellationToken);
        try
        {
            if (Kind == "named")
                await Execute($"drop database if exists {Quoted(database)} with (force)", cancellationToken);
            var copied = template is null ? "" : $" template {Quoted(DatabaseOf(template))}";
            await Execute($"create database {Quoted(database)}{copied}", cancellationToken);
            _created.Add(database);
        }
        finally
        {
            _creating.Release();
        }

        return new NpgsqlConnectionStringBuilder(AdminConnectionString) { Database = database }.ConnectionString;
    }

    /// <summary>Drops a database with all its sessions.</summary>
    public Task DropDatabase(string connectionString, CancellationToken cancellationToken) =>
        Execute($"drop database if exists {Quoted(DatabaseOf(connectionString))} with (force)", cancellationToken);

    /// <summary>SIGKILL (a container is stopped at once).</summary>
    public Task Kill(CancellationToken cancellationToken) => _server.Kill(cancellationToken);

    /// <summary>Starts the server again, on the same data and port, after a stop or a kill.</summary>
    public Task Restart(CancellationToken cancellationToken) => _server.Restart(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (Kind == "named")
        {
            foreach (var database in _created)
                await Execute($"drop database if exists {Quoted(database)} with (force)", CancellationToken.None);
        }

        await _server.DisposeAsync();
        _creating.Dispose();
    }

    private static async Task<PostgresServer> Named(string connectionString, CancellationToken cancellationToken)
    {
        var server = new PostgresServer(new NamedServer(Variable, connectionString));
        try
        {
            await server.Execute("select 1", cancellationToken);
            return server;
        }
        catch (NpgsqlException silent)
        {
            throw new InvalidOperationException(
                $"{Variable} names a server that does not answer: {silent.Message}", silent);
        }
    }

    private static string Quoted(string name) => '"' + name.Replace("\"", "\"\"", StringComparison.Ordinal) + '"';

    // A template may be given by its name or by the connection string CreateDatabase returned.
    private static string DatabaseOf(string nameOrConnectionString) =>
        nameOrConnectionString.Contains('=', StringComparison.Ordinal)
            ? new NpgsqlConnectionStringBuilder(nameOrConnectionString).Database ?? ""
            : nameOrConnectionString;

    private async Task Execute(string sql, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(AdminConnectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync(cancellationToken);
#pragma warning disable CA2100 // names are quoted above; DDL takes no parameters
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
