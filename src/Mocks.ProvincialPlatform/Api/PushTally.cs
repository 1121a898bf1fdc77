namespace Mocks.ProvincialPlatform.Api;

/// <summary>Counts what was pushed, by kind and state.</summary>
internal sealed class PushTally
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, int> _counts = new(StringComparer.Ordinal);

    public void Count(string kind, string state)
    {
        lock (_lock)
        {
            var key = state.Length == 0 ? kind : $"{kind}.{state}";
            _counts[key] = _counts.GetValueOrDefault(key) + 1;
        }
    }

    public IReadOnlyDictionary<string, int> Snapshot()
    {
        lock (_lock)
            return new SortedDictionary<string, int>(_counts, StringComparer.Ordinal);
    }
}
