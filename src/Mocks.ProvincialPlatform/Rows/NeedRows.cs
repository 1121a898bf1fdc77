namespace Mocks.ProvincialPlatform.Rows;

/// <summary>XQ: needs that are open or were closed in the last thirty days. Never dirty.</summary>
internal sealed class NeedRows(County county, Func<int> today) : IRows
{
    private const int DaysValid = 365;

    public RowType Type => RowType.Needs;

    public County County => county;

    public int Slots => county.Needs.Count;

    public bool IsPresent(int slot) => county.Needs[slot].IsReportedOn(today());

    public ref ulong Seen(int slot) => ref county.Needs[slot].Seen;

    public bool Write(int slot, RowBuffer row)
    {
        var need = county.Needs[slot];
        var person = county.People[need.Person];
        var dice = Dice.For(county.Seed, Draw.Need, slot, 1);
        row.Add(need.No);
        AddNumber(row, person);
        HouseholdRows.AddId(row, county, person.Household);
        row.Add(need.Kind.Word).Add(dice.Pick<string>(need.Kind.Hardships));
        AddAmount(row, need, slot);
        AddGround(row, need, county.Households[person.Household].Category, ref dice, out var status);
        var township = Places.Townships[county.Households[person.Household].Township];
        row.Append(county.Division).Add(township.Code);
        row.Add(dice.Chance(0.35) ? "线上" : "线下");
        row.Append(county.Name).Append(township.Name).Add(township.Office).Add(status);
        if (dice.Chance(0.7))
            row.Append("HDBG").Append(county.Division).AppendNumber(slot + 1, 8);
        row.End();
        row.AddDay(need.OpenedOn).AddDay(need.OpenedOn + DaysValid);
        row.Add(need.IsOpen ? "待帮扶" : "已关闭");
        AddMoment(row, need, slot);
        return false;
    }

    public static void AddNumber(RowBuffer row, in Person person)
    {
        Span<char> number = stackalloc char[ResidentNumber.Length];
        person.WriteNumber(number);
        row.Add(number);
    }

    /// <summary>Each amendment asks for a hundred yuan more.</summary>
    private void AddAmount(RowBuffer row, Need need, int slot)
    {
        var hundreds = Dice.For(county.Seed, Draw.Need, slot, 2).Between(need.Kind.Low / 100, need.Kind.High / 100);
        row.AppendNumber((hundreds + need.Version) * 100).Add(".00");
    }

    private static void AddGround(RowBuffer row, Need need, short category, ref Dice dice, out string status)
    {
        var reason = dice.Pick<string>(need.Kind.Reasons);
        var roll = dice.Pick(100);
        if (roll < 15 || category == Category.OtherLowIncome)
        {
            row.Add("暂不符合政府救助条件").Add(reason).Add("不予救助");
            status = dice.Chance(0.6) ? "监测" : "其他";
            return;
        }

        status = "在册";
        if (roll < 70)
            row.Add("政府救助后仍有困难").Add(reason).Add("已救助");
        else
            row.Add("现行政策难以覆盖").Add(reason).Add(dice.Chance(0.5) ? "已申请" : "未申请");
    }

    private void AddMoment(RowBuffer row, Need need, int slot)
    {
        var dice = Dice.For(county.Seed, Draw.Moment, slot, 500_000 + need.ChangedOn);
        row.AppendDay(need.ChangedOn).AppendNumber(dice.Between(8, 17), 2);
        row.AppendNumber(dice.Pick(60), 2).AddNumber(dice.Pick(60), 2);
    }
}
