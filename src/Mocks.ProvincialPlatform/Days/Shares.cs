namespace Mocks.ProvincialPlatform.Days;

/// <summary>Chooses how many and which: exact shares, spread evenly, the same in every process.</summary>
internal static class Shares
{
    /// <summary>A fractional number rounded up or down so that it comes right over the days.</summary>
    public static int Of(County county, double exact, int day, int purpose)
    {
        var whole = (int)exact;
        return whole + (Dice.For(county.Seed, Draw.Share, day, purpose).Chance(exact - whole) ? 1 : 0);
    }

    /// <summary>One position out of every <paramref name="stride"/>.</summary>
    public static IEnumerable<int> OneIn(County county, int stride, int count, Draw draw, int day, int purpose)
    {
        for (var start = 0; start < count; start += stride)
        {
            var position = start + Dice.For(county.Seed, draw, ((long)day << 8) + purpose, start).Pick(stride);
            if (position < count)
                yield return position;
        }
    }
}
