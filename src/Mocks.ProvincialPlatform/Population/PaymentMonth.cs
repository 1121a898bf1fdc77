namespace Mocks.ProvincialPlatform.Population;

/// <summary>One payment to the head of a household; <see cref="Version"/> moves its state on.</summary>
internal struct Payment
{
    public int Household;
    public int PaidOn;
    public short Category;
    public byte Version;
}

/// <summary>All payments of one month in one county; a month is closed when it enters the window, nothing joins it later.</summary>
internal sealed class PaymentMonth(int month, Payment[] payments)
{
    /// <summary>Months since year 0.</summary>
    public int Month { get; } = month;

    public Payment[] Payments { get; } = payments;

    /// <summary>Fingerprint of each row as last written.</summary>
    public ulong[] Seen { get; } = new ulong[payments.Length];

    public int YearMonth => (Month / 12 * 100) + (Month % 12) + 1;

    public static int MonthOf(int day)
    {
        var date = DateOnly.FromDayNumber(day);
        return (date.Year * 12) + date.Month - 1;
    }
}
