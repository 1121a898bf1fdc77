namespace IntegrationHub.Testing.Servers;

/// <summary>A private server ended or kept silent while it was started; the last lines of its log say why.</summary>
public sealed class ServerDidNotStartException(string server, string logTail)
    : Exception($"{server} did not start. The end of its log:\n{logTail}");
