namespace Mocks.ProvincialPlatform.Population;

/// <summary>Aid categories, in the province's own codes.</summary>
internal static class Category
{
    public const short UrbanAllowance = 110;
    public const short RuralAllowance = 120;
    public const short UrbanDestitute = 131;
    public const short RuralDestitute = 132;
    public const short TemporaryAid = 500;
    public const short NearAllowance = 600;
    public const short HighExpense = 650;
    public const short OtherLowIncome = 660;

    /// <summary>Paid every month.</summary>
    public static bool IsMonthly(short category) => category < TemporaryAid;

    public static short Roll(ref Dice dice, int size)
    {
        var roll = dice.Pick(100);
        if (size <= 2 && roll < 22)
            return roll < 5 ? UrbanDestitute : RuralDestitute;
        return roll switch
        {
            < 22 => UrbanAllowance,
            < 64 => RuralAllowance,
            < 77 => NearAllowance,
            < 88 => HighExpense,
            < 94 => OtherLowIncome,
            _ => TemporaryAid,
        };
    }
}
