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
        AddCircumstances(row, need, slot);
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
        row.AppendNumber(Asked(need, slot)).Add(".00");
    }

    private int Asked(Need need, int slot)
    {
        var hundreds = Dice.For(county.Seed, Draw.Need, slot, 2).Between(need.Kind.Low / 100, need.Kind.High / 100);
        return (hundreds + need.Version) * 100;
    }

    /// <summary>What decides who a need is for: stage, ability, costs, cause, whom, other schemes, screening, evidence.</summary>
    private void AddCircumstances(RowBuffer row, Need need, int slot)
    {
        var dice = Dice.For(county.Seed, Draw.Need, slot, 3);
        var age = county.People[need.Person].AgeOn(county.BaseDay);
        row.Add(need.Kind == NeedKind.School ? StageAt(age, ref dice) : "");
        row.Add(need.Kind == NeedKind.Work ? dice.Pick<string>(["1", "1", "1", "2", "3"]) : "");
        AddCosts(row, need, slot, ref dice);
        var isEmergency = need.Kind == NeedKind.Emergency;
        row.Add(isEmergency ? dice.Pick<string>(["突发事件", "意外伤害", "重大疾病", "其他特殊原因"]) : "");
        row.Add(dice.Chance(0.3) ? "家庭" : "个人");
        row.Add(isEmergency ? dice.Chance(0.85) ? "否" : "是" : "");
        row.Add(need.Kind == NeedKind.Work ? dice.Pick<string>(["是", "是", "是", "是", "是", "是", "否", ""]) : "");
        row.Append("ZL").Append(county.Division).AddNumber(slot + 1, 8);
    }

    /// <summary>Most cases of illness are settled by all three schemes; some still wait for one, some have nothing of it.</summary>
    private void AddCosts(RowBuffer row, Need need, int slot, ref Dice dice)
    {
        if (need.Kind != NeedKind.Medical)
        {
            row.Add("").Add("").Add("").Add("");
            return;
        }

        var asked = Asked(need, slot);
        var (basic, critical, assistance) = (asked * 2, dice.Chance(0.5) ? asked / 2 : 0, dice.Chance(0.4) ? asked / 5 : 0);
        row.AppendNumber(asked + basic + critical + assistance).Add(".00");
        row.AppendNumber(basic).Add(".00");
        AddSettled(row, critical, dice.Chance(0.06));
        AddSettled(row, assistance, dice.Chance(0.08));
    }

    private static void AddSettled(RowBuffer row, int amount, bool isOpen)
    {
        if (isOpen)
            row.Add("");
        else
            row.AppendNumber(amount).Add(".00");
    }

    private static string StageAt(int age, ref Dice dice) => age switch
    {
        < 3 => "",
        < 6 => "学前",
        < 12 => "小学",
        < 15 => "初中",
        < 18 => dice.Chance(0.4) ? "中职" : "高中",
        _ => dice.Chance(0.8) ? "大学" : "",
    };

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
