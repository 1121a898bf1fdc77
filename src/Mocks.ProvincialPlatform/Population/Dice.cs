namespace Mocks.ProvincialPlatform.Population;

/// <summary>Rolls that depend on nothing but the seed and what is rolled for: the same in every process.</summary>
internal struct Dice
{
    private ulong _state;

    private Dice(ulong state) => _state = state;

    public static Dice For(ulong seed, Draw draw, long a, long b = 0) => new(SeedOf(seed, draw, a, b));

    public static Dice For(ulong seed, Draw draw, string text, long b = 0)
    {
        var hash = 14695981039346656037UL;
        foreach (var c in text)
            hash = (hash ^ c) * 1099511628211UL;
        return For(seed, draw, (long)hash, b);
    }

    public static ulong SeedOf(ulong seed, Draw draw, long a, long b = 0)
    {
        var x = Stir(seed + (((ulong)draw + 1) * 0x9E3779B97F4A7C15UL));
        x = Stir(x ^ ((ulong)a * 0xD6E8FEB86659FD93UL));
        return Stir(x + ((ulong)b * 0xA0761D6478BD642FUL));
    }

    /// <summary>0 .. count-1.</summary>
    public int Pick(int count) => (int)Math.BigMul(Roll(), (ulong)count, out _);

    public T Pick<T>(ReadOnlySpan<T> from) => from[Pick(from.Length)];

    /// <summary>low .. high, both included.</summary>
    public int Between(int low, int high) => low + Pick(high - low + 1);

    public bool Chance(double probability) => (Roll() >> 11) * (1.0 / (1UL << 53)) < probability;

    private ulong Roll()
    {
        _state += 0x9E3779B97F4A7C15UL;
        return Stir(_state);
    }

    private static ulong Stir(ulong x)
    {
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9UL;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EBUL;
        return x ^ (x >> 31);
    }
}
