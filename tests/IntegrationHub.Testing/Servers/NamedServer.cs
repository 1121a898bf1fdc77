namespace IntegrationHub.Testing.Servers;

/// <summary>A server somebody else runs and named to us in an environment variable.</summary>
internal sealed class NamedServer(string variable, string address) : IRunningServer
{
    public string Kind => "named";

    public string Address => address;

    public Task Kill(CancellationToken cancellationToken) => throw NotOurs();

    public Task Restart(CancellationToken cancellationToken) => throw NotOurs();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private NotSupportedException NotOurs() =>
        new($"The server named by {variable} belongs to somebody else: it is not killed or restarted from here.");
}
