using System.Security.Cryptography;
using IntegrationHub.Database;
using IntegrationHub.IntegrationTests.Subscriptions;
using IntegrationHub.Policy;
using IntegrationHub.Testing.Servers;
using Npgsql;

[assembly: AssemblyFixture(typeof(HubDatabases))]

namespace IntegrationHub.IntegrationTests.Subscriptions;

/// <summary>One PostgreSQL for the whole run, and a migrated database of its own for each test that asks.</summary>
public sealed class HubDatabases : IAsyncLifetime
{
    private PostgresServer? _server;
    private string _template = "";
    private int _made;

    private PostgresServer Server => _server ?? throw new InvalidOperationException("The server is not started yet.");

    public async ValueTask InitializeAsync()
    {
        _server = await PostgresServer.Start(CancellationToken.None);
        _template = await _server.CreateDatabase("hub_subscriptions_template", null, CancellationToken.None);
        // A template must have no session left, so no pool either.
        await using var source = NpgsqlDataSource.Create($"{_template};Pooling=false");
        var database = new HubDatabase(source);
        await new Migrator(database).Migrate(CancellationToken.None);
        await PublishPolicy(database);
    }

    // Not by the desk: its audit entry would stand in every test's trail.
    private static async Task PublishPolicy(HubDatabase database)
    {
        await using var work = await database.Begin(CancellationToken.None);
        foreach (var (file, body) in PolicyFile.In(Path.Combine(AppContext.BaseDirectory, "contracts")))
        {
            var edition = new PolicyEdition
            {
                Pack = PolicyFile.Parse(body, file),
                Body = body,
                Digest = SHA256.HashData(body),
                PublishedBy = "test",
                ApprovedBy = "test",
                Reason = "test",
            };
            await PolicyStore.Add(work, edition, DateTimeOffset.UnixEpoch, CancellationToken.None);
        }

        await work.Commit(CancellationToken.None);
    }

    public async Task<OwnDatabase> Create(CancellationToken cancellationToken)
    {
        var name = $"hub_subscriptions_{Interlocked.Increment(ref _made)}";
        return new OwnDatabase(await Server.CreateDatabase(name, _template, cancellationToken));
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
    }
}

/// <summary>A migrated database for one test, gone with its server.</summary>
public sealed class OwnDatabase(string connectionString) : IAsyncDisposable
{
    private readonly NpgsqlDataSource _source = NpgsqlDataSource.Create(connectionString);

    public string ConnectionString => connectionString;

    public HubDatabase Hub => new(_source);

    /// <summary>The values of the first row, as PostgreSQL writes them, joined with a space.</summary>
    public async Task<string> Ask(string sql)
    {
        await using var command = _source.CreateCommand(sql);
        await using var row = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        return await row.ReadAsync(TestContext.Current.CancellationToken)
            ? string.Join(' ', Enumerable.Range(0, row.FieldCount).Select(row.GetValue))
            : "";
    }

    /// <summary>Every row of every table as text: what a dump of the database holds.</summary>
    public async Task<string> Dump()
    {
        var tables = await Ask(
            """
            select string_agg(format('%I.%I', table_schema, table_name), ' ')
              from information_schema.tables
             where table_type = 'BASE TABLE'
               and table_schema not in ('pg_catalog', 'information_schema')
            """);
        var dump = new System.Text.StringBuilder();
        foreach (var table in tables.Split(' '))
            dump.AppendLine(await Ask($"select coalesce(string_agg(t::text, E'\\n'), '') from {table} t"));
        return dump.ToString();
    }

    public async Task Run(string sql)
    {
        await using var command = _source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    public ValueTask DisposeAsync() => _source.DisposeAsync();
}
