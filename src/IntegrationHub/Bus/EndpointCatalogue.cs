using System.Diagnostics.CodeAnalysis;

namespace IntegrationHub.Bus;

/// <summary>Where a consumer takes its messages from: what failed there can go there again, and nowhere else.</summary>
/// <param name="Endpoint">The name of its queue and exchange.</param>
/// <param name="Consumer">The name on its tickets.</param>
/// <param name="Topic">The one message it consumes.</param>
/// <param name="Partner">The outside system it calls; empty for none.</param>
public sealed record ConsumerEndpoint(string Endpoint, string Consumer, string Topic, string Partner = "");

/// <summary>Every endpoint of the hub, the same for all doors.</summary>
public sealed class EndpointCatalogue(IEnumerable<ConsumerEndpoint> endpoints)
{
    private readonly Dictionary<string, ConsumerEndpoint> _byName = endpoints.ToDictionary(endpoint => endpoint.Endpoint);

    public IReadOnlyCollection<ConsumerEndpoint> All => _byName.Values;

    public bool TryFind(string endpoint, [NotNullWhen(true)] out ConsumerEndpoint? known) =>
        _byName.TryGetValue(endpoint, out known);
}
