namespace Mocks.ProvincialPlatform.Rows;

/// <summary>CY: one row for each person of each household that is reported, the head included.</summary>
internal sealed class MemberRows(County county, Dirt dirt) : IRows
{
    // Neighbours differ, so that each version of a person has another state of health than the one before.
    private static readonly byte[] Healths = [10, 20, 10, 30, 10, 20, 10, 64, 10, 30, 10, 20, 10, 65, 30, 20];

    private readonly SeenRows _seen = new();

    public RowType Type => RowType.Members;

    public County County => county;

    public int Slots => county.People.Count;

    public bool IsPresent(int slot) => county.IsReported(county.People[slot].Household);

    public ref ulong Seen(int slot) => ref _seen[slot];

    public bool Write(int slot, RowBuffer row)
    {
        var person = county.People[slot];
        var flaw = dirt.OfMember(county, slot, person.Version);
        var age = person.AgeOn(county.BaseDay);
        var start = Dice.For(county.Seed, Draw.Health, slot).Pick(Healths.Length);
        var health = Healths[(start + person.Version) % Healths.Length];
        HouseholdRows.AddId(row, county, person.Household);
        Names.Write(row, county, slot);
        dirt.AddId(row, county, Type, slot, flaw, person);
        row.AddNumber(person.Relation, 2).Add(person.IsMale ? "1" : "2");
        if (flaw == Flaw.ImpossibleDate)
            row.Add(Dirt.ImpossibleDate);
        else
            row.AddDay(person.BirthDay);
        row.AddNumber(health);
        AddDisabilityCard(row, person, health);
        row.Add(LabourAbility(age, health)).Add(SchoolStage(slot, age));
        if (flaw == Flaw.MissingColumn)
            row.DropLast();
        return flaw != Flaw.None;
    }

    /// <summary>Id, digit of the category, grade.</summary>
    private static void AddDisabilityCard(RowBuffer row, in Person person, int health)
    {
        if (health >= 60)
        {
            Span<char> number = stackalloc char[ResidentNumber.Length];
            person.WriteNumber(number);
            row.Append(number).AppendNumber(health % 10).AppendNumber((person.Serial % 4) + 1);
        }

        row.End();
    }

    private static string LabourAbility(int age, int health) => (age, health) switch
    {
        ( < 16 or >= 75, _) => "3",
        (_, 65) => "3",
        ( >= 60, _) or (_, >= 30) => "2",
        _ => "1",
    };

    private string SchoolStage(int slot, int age) => age switch
    {
        >= 3 and < 6 => "ES1",
        >= 6 and < 15 => "ES2",
        >= 15 and < 18 => Dice.For(county.Seed, Draw.Health, slot, 1).Chance(0.4) ? "ES3" : "ES4",
        >= 18 and < 22 => Dice.For(county.Seed, Draw.Health, slot, 1).Chance(0.5) ? "ES5" : "",
        _ => "",
    };
}
