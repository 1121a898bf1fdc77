using System.Text.Json;

namespace Mocks.CharityFederation;

/// <summary>Remembers every webhook taken in: its id, its place in the organisation's sequence, its body.</summary>
internal sealed class Inbox
{
    private const int GapsShown = 1000;
    private readonly Lock _gate = new();
    private readonly HashSet<(string Uscc, string WebhookId)> _ids = [];
    private readonly Dictionary<string, HashSet<long>> _sequences = new(StringComparer.Ordinal);
    private readonly List<string> _bodies = [];
    private long _duplicates;

    public (long Received, long Duplicates) Counts
    {
        get { lock (_gate) return (_bodies.Count, _duplicates); }
    }

    public IReadOnlyList<string> Bodies
    {
        get { lock (_gate) return [.. _bodies]; }
    }

    /// <summary>Takes a webhook in, or says false because its id was seen before.</summary>
    public bool TryTake(string uscc, string webhookId, long? sequence, JsonElement body)
    {
        var line = JsonSerializer.Serialize(body, Json.Options);
        lock (_gate)
        {
            if (!_ids.Add((uscc, webhookId)))
            {
                _duplicates++;
                return false;
            }

            _bodies.Add(line);
            if (!_sequences.TryGetValue(uscc, out var seen))
                _sequences[uscc] = seen = [];
            if (sequence is { } number)
                seen.Add(number);
            return true;
        }
    }

    /// <summary>Per organisation the sequence numbers missing below the highest seen (the first thousand).</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<long>> Gaps()
    {
        lock (_gate)
        {
            return _sequences.ToDictionary(
                known => known.Key, known => (IReadOnlyList<long>)Missing(known.Value).Take(GapsShown).ToList());
        }
    }

    private static IEnumerable<long> Missing(HashSet<long> seen)
    {
        var highest = seen.Count == 0 ? 0 : seen.Max();
        for (var number = 1L; number < highest; number++)
        {
            if (!seen.Contains(number))
                yield return number;
        }
    }
}
