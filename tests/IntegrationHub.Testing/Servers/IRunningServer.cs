namespace IntegrationHub.Testing.Servers;

/// <summary>The seam between a server's users and the way it runs: in a container, natively, or elsewhere.</summary>
internal interface IRunningServer : IAsyncDisposable
{
    /// <summary>"container", "native" or "named".</summary>
    string Kind { get; }

    /// <summary>An administrator's connection string, or the AMQP address without a vhost.</summary>
    string Address { get; }

    /// <summary>Ends the server without warning.</summary>
    Task Kill(CancellationToken cancellationToken);

    /// <summary>Stops the server if it runs and starts it again on the same data and the same port.</summary>
    Task Restart(CancellationToken cancellationToken);
}
