using System.Diagnostics.CodeAnalysis;

namespace IntegrationHub.Bus;

/// <summary>A message the hub sends itself: its name on the wire, its type, and who consumes it.</summary>
public sealed record MessageKind(string Topic, Type Type, IReadOnlyList<string> Consumers);

/// <summary>The names messages travel under, their types and their consumers. A name is a promise; a type may be renamed.</summary>
public sealed class MessageCatalogue
{
    private readonly Dictionary<string, MessageKind> _byTopic;
    private readonly Dictionary<Type, MessageKind> _byType;

    public MessageCatalogue(IEnumerable<MessageKind> kinds)
    {
        // Stations and adapters each name what they consume; one message may be named several times.
        var merged = kinds
            .GroupBy(kind => kind.Topic)
            .Select(same => new MessageKind(same.Key, same.First().Type, [.. same.SelectMany(kind => kind.Consumers).Distinct().Order()]))
            .ToList();
        _byTopic = merged.ToDictionary(kind => kind.Topic);
        _byType = merged.ToDictionary(kind => kind.Type);
    }

    public MessageKind Of(Type type) => _byType.TryGetValue(type, out var kind)
        ? kind
        : throw new InvalidOperationException($"{type.Name} is not in the message catalogue.");

    public bool TryFind(string topic, [NotNullWhen(true)] out MessageKind? kind) => _byTopic.TryGetValue(topic, out kind);
}
