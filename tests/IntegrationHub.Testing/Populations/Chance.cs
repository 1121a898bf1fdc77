namespace IntegrationHub.Testing.Populations;

/// <summary>Chance from a seed: the same draws on every machine and every version.</summary>
internal sealed class Chance(ulong seed)
{
    private ulong _state = seed;

    public ulong Next()
    {
        // SplitMix64.
        _state += 0x9E3779B97F4A7C15;
        var mixed = (_state ^ (_state >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }

    public int Below(int limit) => (int)(Next() % (ulong)limit);

    public double Share() => (Next() >> 11) * (1.0 / (1UL << 53));

    public bool Happens(double rate) => Share() < rate;

    public T Pick<T>(IReadOnlyList<T> from) => from[Below(from.Count)];

    /// <summary>One of the first more often than one of the last, as names are given.</summary>
    public T PickFirstOften<T>(IReadOnlyList<T> from)
    {
        var share = Share();
        return from[Math.Min(from.Count - 1, (int)(from.Count * share * share))];
    }
}
