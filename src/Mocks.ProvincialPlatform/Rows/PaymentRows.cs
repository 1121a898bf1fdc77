namespace Mocks.ProvincialPlatform.Rows;

/// <summary>FF: the payments of the three months before the current one, month by month.</summary>
internal sealed class PaymentRows(County county, Dirt dirt) : IRows
{
    private static readonly string[] States = ["已发", "退回", "补发", "追回"];

    public RowType Type => RowType.Payments;

    public County County => county;

    public int Slots => county.Payments.Sum(month => month.Payments.Length);

    public bool IsPresent(int slot) => true;

    public ref ulong Seen(int slot)
    {
        var (month, position) = Locate(slot);
        return ref month.Seen[position];
    }

    /// <summary>A number for one payment, for whatever is decided about it.</summary>
    public static long EntityOf(int month, int household, bool isGrant) =>
        ((((long)month << 32) + household) * 2) + (isGrant ? 1 : 0);

    public int TakeDropped()
    {
        var dropped = county.PaymentsDropped;
        county.PaymentsDropped = 0;
        return dropped;
    }

    public bool Write(int slot, RowBuffer row)
    {
        var (month, position) = Locate(slot);
        var payment = month.Payments[position];
        var isGrant = payment.Category == Category.TemporaryAid;
        var entity = EntityOf(month.Month, payment.Household, isGrant);
        var flaw = dirt.OfPayment(county, entity, payment.Version);
        row.Append("PC").Append(county.Division).AppendNumber(month.YearMonth, 6).Add(isGrant ? "02" : "01");
        HouseholdRows.AddId(row, county, payment.Household);
        var head = county.People[county.Households[payment.Household].FirstPerson];
        dirt.AddId(row, county, Type, entity, flaw, head);
        if (flaw == Flaw.UnknownCategory)
            row.Add(Dirt.UnknownCategory);
        else
            row.AddNumber(payment.Category);
        row.AddNumber(month.YearMonth, 6);
        if (flaw == Flaw.WordAmount)
            row.Add(Dirt.WordAmount);
        else
            AddAmount(row, payment, entity);
        if (flaw == Flaw.ImpossibleDate)
            row.Add(Dirt.ImpossibleDate);
        else
            row.AddDay(payment.PaidOn);
        row.Add(States[payment.Version % States.Length]);
        if (flaw == Flaw.MissingColumn)
            row.DropLast();
        return flaw != Flaw.None;
    }

    /// <summary>An allowance is the same every month; a grant is a round sum.</summary>
    private void AddAmount(RowBuffer row, in Payment payment, long entity)
    {
        long cents;
        if (payment.Category == Category.TemporaryAid)
        {
            cents = Dice.For(county.Seed, Draw.Payment, entity, 1).Between(5, 50) * 10_000L;
        }
        else
        {
            var perPerson = payment.Category switch
            {
                Category.UrbanAllowance => 480,
                Category.RuralAllowance => 330,
                _ => 920,
            };
            var extra = Dice.For(county.Seed, Draw.Payment, payment.Household).Pick(120) * 50;
            cents = (perPerson * 100L * county.Households[payment.Household].Size) + extra;
        }

        row.AppendNumber(cents / 100).Append(".").AddNumber(cents % 100, 2);
    }

    private (PaymentMonth Month, int Position) Locate(int slot)
    {
        var i = 0;
        for (; slot >= county.Payments[i].Payments.Length; i++)
            slot -= county.Payments[i].Payments.Length;
        return (county.Payments[i], slot);
    }
}
