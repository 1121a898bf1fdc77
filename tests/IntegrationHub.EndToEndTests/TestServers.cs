using IntegrationHub.EndToEndTests;
using IntegrationHub.Testing.Demo;
using IntegrationHub.Testing.Servers;
using Xunit.Sdk;
using Xunit.v3;

// Every world is six processes on a small machine: one after the other.
[assembly: Parallelization(Mode = ParallelMode.None)]
[assembly: AssemblyFixture(typeof(TestServers))]

namespace IntegrationHub.EndToEndTests;

/// <summary>One PostgreSQL and one RabbitMQ for all worlds of the run; each world has its own database and vhost.</summary>
public sealed class TestServers : IAsyncLifetime
{
    // Two worlds that shall end in the same state must name people by the same keys.
    private readonly string _masterKeyFile = Path.Combine(Path.GetTempPath(), $"hub-e2e-{Environment.ProcessId}.key");

    private PostgresServer? _postgres;
    private RabbitServer? _rabbit;

    public async ValueTask InitializeAsync()
    {
        await File.WriteAllTextAsync(_masterKeyFile, Convert.ToBase64String(Enumerable.Repeat((byte)7, 32).ToArray()));
        _postgres = await PostgresServer.Start(durable: false, TestContext.Current.CancellationToken);
        _rabbit = await RabbitServer.Start(TestContext.Current.CancellationToken);
    }

    /// <summary>A whole installation of its own, subscribed and ready for its first night.</summary>
    public async Task<HubWorld> NewWorld(int persons, CancellationToken cancellationToken)
    {
        var world = await NewWorld(persons, new Dictionary<string, string>(), cancellationToken);
        await world.AddSubscriptions(cancellationToken);
        return world;
    }

    /// <summary>An installation on other servers, with the keys of all others, subscribed and ready for its first night.</summary>
    public async Task<HubWorld> NewWorld(HubWorldOptions options, CancellationToken cancellationToken)
    {
        var world = await HubWorld.Start(
            options with
            {
                Seed = 7,
                HubSettings = new Dictionary<string, string>(options.HubSettings) { ["Hub__Protection__MasterKeyFile"] = _masterKeyFile },
            },
            cancellationToken);
        await world.AddSubscriptions(cancellationToken);
        return world;
    }

    /// <summary>An installation with settings of its own, that nobody has subscribed to.</summary>
    public Task<HubWorld> NewWorld(
        int persons, IReadOnlyDictionary<string, string> settings, CancellationToken cancellationToken) => HubWorld.Start(
        new HubWorldOptions
        {
            Persons = persons,
            Seed = 7,
            Postgres = _postgres,
            Rabbit = _rabbit,
            HubSettings = new Dictionary<string, string>(settings) { ["Hub__Protection__MasterKeyFile"] = _masterKeyFile },
        },
        cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_rabbit is not null)
            await _rabbit.DisposeAsync();
        if (_postgres is not null)
            await _postgres.DisposeAsync();
        File.Delete(_masterKeyFile);
    }
}
