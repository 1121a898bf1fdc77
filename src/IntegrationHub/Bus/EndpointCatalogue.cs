using System.Diagnostics.CodeAnalysis;
using MassTransit;

namespace IntegrationHub.Bus;

/// <summary>Where a consumer takes its messages from: what failed there can go there again, and nowhere else.</summary>
/// <param name="Endpoint">The name of its queue and exchange.</param>
/// <param name="Consumer">The name on its tickets.</param>
/// <param name="Topic">The message it consumes.</param>
/// <param name="Partner">The outside system it calls; empty for none.</param>
public sealed record ConsumerEndpoint(string Endpoint, string Consumer, string Topic, string Partner = "")
{
    /// <summary>Other messages it consumes.</summary>
    public IReadOnlyList<string> MoreTopics { get; init; } = [];

    /// <summary>The message of an envelope with this type; null where it takes none such.</summary>
    public MessageKind? KindOf(string messageType, MessageCatalogue messages)
    {
        if (MoreTopics.Count == 0)
            return messages.TryFind(Topic, out var only) ? only : null;
        foreach (var topic in MoreTopics.Prepend(Topic))
        {
            if (messages.TryFind(topic, out var kind) && MessageUrn.ForTypeString(kind.Type) == messageType)
                return kind;
        }

        return null;
    }
}

/// <summary>Every endpoint of the hub, the same for all doors.</summary>
public sealed class EndpointCatalogue(IEnumerable<ConsumerEndpoint> endpoints)
{
    private readonly Dictionary<string, ConsumerEndpoint> _byName = endpoints.ToDictionary(endpoint => endpoint.Endpoint);

    public IReadOnlyCollection<ConsumerEndpoint> All => _byName.Values;

    public bool TryFind(string endpoint, [NotNullWhen(true)] out ConsumerEndpoint? known) =>
        _byName.TryGetValue(endpoint, out known);
}
