namespace Mocks.ProvincialPlatform.Rows;

/// <summary>HZ: one row for each household that is reported.</summary>
internal sealed class HouseholdRows(County county, Dirt dirt) : IRows
{
    private static readonly string[] Reasons =
    [
        "家庭收入低于保障标准", "主要劳动力患病", "家庭成员残疾", "子女就学负担重", "年老无劳动能力", "因灾致贫",
        "重病,自付医疗费高", "主要劳动力\"两病\"缠身",
    ];

    private readonly SeenRows _seen = new();

    public RowType Type => RowType.Households;

    public County County => county;

    public int Slots => county.Households.Count;

    public bool IsPresent(int slot) => county.IsReported(slot);

    public ref ulong Seen(int slot) => ref _seen[slot];

    public static void AddId(RowBuffer row, County county, int household) =>
        row.Append("JT").Append(county.Division).AddNumber(household + 1, 8);

    /// <summary>Every second version is a new phone number.</summary>
    public static void AddPhone(RowBuffer row, County county, int household, int version)
    {
        // Multiplying by a number prime to 10^8 gives every household and version a number of its own.
        const long numbers = 100_000_000;
        var nth = ((((household * 16L) + ((version + 1) / 2 % 16)) * Places.Counties.Length) + county.Index) % numbers;
        row.AddNumber(19_900_000_000 + (((nth * 61_803_399) + 37_215_049) % numbers));
    }

    /// <summary>The versions between are a new house number.</summary>
    public static void AddAddress(RowBuffer row, County county, int household, int version)
    {
        var dice = Dice.For(county.Seed, Draw.Place, household, 1);
        var village = dice.Pick<string>(Places.Villages);
        var number = (dice.Pick(400) + (version / 2 * 37)) % 400;
        var township = Places.Townships[county.Households[household].Township].Name;
        row.Append(county.Name).Append(township).Append(village).AppendNumber(number + 1).Append("号").End();
    }

    /// <summary>Where the household is registered: mostly where it lived first, else with another household.</summary>
    public static void AddRegisteredAddress(RowBuffer row, County county, int household)
    {
        var moved = Dice.For(county.Seed, Draw.Place, household, 2).Chance(0.15);
        AddAddress(row, county, moved ? household / 2 : household, 0);
    }

    public bool Write(int slot, RowBuffer row)
    {
        var household = county.Households[slot];
        var flaw = dirt.OfHousehold(county, slot, household.Version);
        AddId(row, county, slot);
        Names.Write(row, county, household.FirstPerson);
        dirt.AddId(row, county, Type, slot, flaw, county.People[household.FirstPerson]);
        row.AddNumber(household.Size);
        if (flaw == Flaw.UnknownCategory)
            row.Add(Dirt.UnknownCategory);
        else
            row.AddNumber(household.Category);
        AddMonth(row, household.Started);
        AddMonth(row, household.State == HouseholdState.Closing ? household.ChangedOn : 0);
        row.Append(county.Division).Add(Places.Townships[household.Township].Code);
        AddAddress(row, county, slot, household.Version);
        AddRegisteredAddress(row, county, slot);
        AddPhone(row, county, slot, household.Version);
        row.Add(Dice.For(county.Seed, Draw.Reason, slot).Pick<string>(Reasons));
        AddChange(row, slot, household);
        if (flaw == Flaw.MissingColumn)
            row.DropLast();
        return flaw != Flaw.None;
    }

    private void AddChange(RowBuffer row, int slot, in Household household)
    {
        var dice = Dice.For(county.Seed, Draw.Moment, slot, household.Version);
        var oldest = Math.Min(300, county.BaseDay - household.Started);
        var changed = household.ChangedOn == 0 ? county.BaseDay - dice.Between(2, oldest) : household.ChangedOn;
        row.AppendDay(changed).AppendNumber(dice.Between(8, 17), 2);
        row.AppendNumber(dice.Pick(60), 2).AddNumber(dice.Pick(60), 2);
        row.Add(household switch
        {
            { State: HouseholdState.Closing } => "注销",
            { Version: 0 } => "新增",
            _ => "变更",
        });
    }

    private static void AddMonth(RowBuffer row, int day)
    {
        if (day != 0)
        {
            var date = DateOnly.FromDayNumber(day);
            row.AppendNumber((date.Year * 100) + date.Month, 6);
        }

        row.End();
    }
}
