namespace Mocks.ProvincialPlatform.Population;

/// <summary>All payments of one month in one county; nothing joins a month once it is in the window.</summary>
internal sealed class PaymentMonth(int month, Payment[] payments)
{
    /// <summary>Months a snapshot shows.</summary>
    public const int Shown = 3;

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
