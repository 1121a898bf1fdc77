namespace Mocks.ProvincialPlatform.Days;

/// <summary>Pays a month: allowances by the tenth or so, temporary aid on the day it was granted.</summary>
internal static class Paydays
{
    public static PaymentMonth Pay(County county, int month)
    {
        List<Payment> payments = [];
        var firstDay = new DateOnly(month / 12, (month % 12) + 1, 1).DayNumber;
        for (var household = 0; household < county.Households.Count; household++)
        {
            var (category, started) = (county.Households[household].Category, county.Households[household].Started);
            if (!Category.IsMonthly(category) || !county.IsReported(household) || PaymentMonth.MonthOf(started) > month)
                continue;
            var dice = Dice.For(county.Seed, Draw.PaymentStart, month, household);
            payments.Add(new()
            {
                Household = household,
                PaidOn = firstDay + dice.Between(9, 14),
                Category = category,
                Version = Start(ref dice),
            });
        }

        foreach (var grant in county.Recognitions)
        {
            if (grant.Category != Category.TemporaryAid || PaymentMonth.MonthOf(grant.GrantedOn) != month)
                continue;
            payments.Add(
                new() { Household = grant.Household, PaidOn = grant.GrantedOn, Category = Category.TemporaryAid });
        }

        return new PaymentMonth(month, [.. payments]);
    }

    /// <summary>Nearly all go well; a few come back or are paid a second time.</summary>
    private static byte Start(ref Dice dice) => dice.Pick(200) switch { 0 or 1 => 1, 2 => 2, _ => 0 };
}
