namespace IntegrationHub.Identity.Linkage;

/// <summary>How two birth dates may be one date, once written wrongly.</summary>
internal static class BirthComparison
{
    public static BirthLevel Compare(DateOnly? one, DateOnly? other)
    {
        if (one is not { } a || other is not { } b)
            return BirthLevel.Missing;
        if (a == b)
            return BirthLevel.Exact;
        if (a.Year == b.Year && a.Month == b.Day && a.Day == b.Month)
            return BirthLevel.DayAndMonthSwapped;
        if (DigitsApart(Number(a), Number(b)) == 1)
            return BirthLevel.OneDigit;
        return Math.Abs(a.Year - b.Year) == 1 && a.Month == b.Month && a.Day == b.Day ? BirthLevel.YearOff : BirthLevel.Different;
    }

    /// <summary>The closest of several statements: a number states a birth date too.</summary>
    public static BirthLevel Closest(ReadOnlySpan<DateOnly?> ones, ReadOnlySpan<DateOnly?> others)
    {
        var closest = BirthLevel.Missing;
        foreach (var one in ones)
        {
            foreach (var other in others)
            {
                var level = Compare(one, other);
                if (level != BirthLevel.Missing && (closest == BirthLevel.Missing || level < closest))
                    closest = level;
            }
        }

        return closest;
    }

    private static int Number(DateOnly date) => (date.Year * 10_000) + (date.Month * 100) + date.Day;

    private static int DigitsApart(int one, int other)
    {
        var apart = 0;
        for (; one > 0 || other > 0; one /= 10, other /= 10)
            apart += one % 10 == other % 10 ? 0 : 1;
        return apart;
    }
}
