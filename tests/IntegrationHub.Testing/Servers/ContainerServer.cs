using System.Text;
using DotNet.Testcontainers.Containers;
using Testcontainers.PostgreSql;
using Testcontainers.RabbitMq;

namespace IntegrationHub.Testing.Servers;

/// <summary>A server in a container on a fixed loopback port; it is removed even if we are killed.</summary>
internal sealed class ContainerServer : IRunningServer
{
    private readonly IContainer _container;

    private ContainerServer(IContainer container, string address)
    {
        _container = container;
        Address = address;
    }

    public string Kind => "container";

    public string Address { get; }

    public static async Task<IRunningServer> StartPostgres(
        string image, bool durable, CancellationToken cancellationToken)
    {
        var port = LoopbackPort.Free();
        var safety = durable ? "on" : "off";
        var container = new PostgreSqlBuilder(image)
            .WithPortBinding(port, PostgreSqlBuilder.PostgreSqlPort)
            .WithCommand(
                "-c", $"fsync={safety}", "-c", $"synchronous_commit={safety}", "-c", $"full_page_writes={safety}",
                "-c", "max_connections=300", "-c", "shared_buffers=256MB", "-c", "jit=off")
            .Build();
        await container.StartAsync(cancellationToken);
        return new ContainerServer(container, container.GetConnectionString());
    }

    public static async Task<IRunningServer> StartRabbit(string image, CancellationToken cancellationToken)
    {
        var port = LoopbackPort.Free();
        var definitions = RabbitDefinitions.Create();
        const string DefinitionsFile = "/etc/rabbitmq/hub-definitions.json";
        var container = new RabbitMqBuilder(image)
            .WithPortBinding(port, RabbitMqBuilder.RabbitMqPort)
            .WithResourceMapping(Encoding.UTF8.GetBytes(definitions.Json), DefinitionsFile)
            .WithResourceMapping(
                Encoding.UTF8.GetBytes(RabbitDefinitions.Setting(DefinitionsFile)), "/etc/rabbitmq/conf.d/20-hub.conf")
            .Build();
        await container.StartAsync(cancellationToken);
        return new ContainerServer(container, definitions.Address(container.Hostname, port).AbsoluteUri);
    }

    // Testcontainers knows no kill.
    public Task Kill(CancellationToken cancellationToken) => _container.StopAsync(cancellationToken);

    public async Task Restart(CancellationToken cancellationToken)
    {
        if (_container.State == TestcontainersStates.Running)
            await _container.StopAsync(cancellationToken);
        await _container.StartAsync(cancellationToken);
    }

    public ValueTask DisposeAsync() => _container.DisposeAsync();
}
