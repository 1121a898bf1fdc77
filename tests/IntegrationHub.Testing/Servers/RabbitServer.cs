namespace IntegrationHub.Testing.Servers;

/// <summary>
/// A RabbitMQ for tests, benchmarks and the demo: the one named by HUB_TEST_RABBITMQ, else a container, else a private
/// native process. A named address with a vhost is handed out once; one without needs the vhosts hub-0 to hub-31.
/// </summary>
public sealed class RabbitServer : IAsyncDisposable
{
    private const string Variable = "HUB_TEST_RABBITMQ";
    private const string Image = "rabbitmq:4.1-alpine";

    private readonly IRunningServer _server;
    private int _taken = -1;

    private RabbitServer(IRunningServer server) => _server = server;

    /// <summary>"container", "native" or "named".</summary>
    public string Kind => _server.Kind;

    public static async Task<RabbitServer> Start(CancellationToken cancellationToken)
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named)
            return new RabbitServer(new NamedServer(Variable, named));
        return new RabbitServer(await ServerChoice.Start(
            () => ContainerServer.StartRabbit(Image, cancellationToken),
            () => NativeRabbit.Start(cancellationToken)));
    }

    /// <summary>The address of a vhost nobody else of this process has; every caller gets another one.</summary>
    public Uri Vhost()
    {
        var number = Interlocked.Increment(ref _taken);
        var address = new Uri(_server.Address);
        var named = address.AbsolutePath.Trim('/');
        if (number >= (named.Length > 0 ? 1 : RabbitDefinitions.Vhosts))
            throw new InvalidOperationException("All vhosts of the test broker are taken.");
        return named.Length > 0 ? address : new Uri(address, RabbitDefinitions.VhostName(number));
    }

    /// <summary>SIGKILL (a container is stopped at once).</summary>
    public Task Kill(CancellationToken cancellationToken) => _server.Kill(cancellationToken);

    /// <summary>Starts the broker again, on the same data and port, after a stop or a kill.</summary>
    public Task Restart(CancellationToken cancellationToken) => _server.Restart(cancellationToken);

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
