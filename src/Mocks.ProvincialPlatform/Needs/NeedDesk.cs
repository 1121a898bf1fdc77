namespace Mocks.ProvincialPlatform.Needs;

/// <summary>Opens, amends and closes needs.</summary>
internal sealed class NeedDesk(ConsentDesk consents)
{
    private const int OnePersonIn = 33;
    private const double NewPerPersonAndDay = 0.002;
    private const double AmendedPerDay = 0.001;
    private const double ClosedPerDay = 0.001;

    /// <summary>Day one: about 3 % of persons have an open need, some had one closed in the last month.</summary>
    public void Found(County county, int asOf)
    {
        for (var block = 0; block * OnePersonIn < county.People.Count; block++)
        {
            var dice = Dice.For(county.Seed, Draw.NeedPick, block);
            var person = (block * OnePersonIn) + dice.Pick(OnePersonIn);
            if (person >= county.People.Count)
                break;
            var opened = asOf - dice.Between(1, 90);
            Open(county, person, opened, asOf);
            var neighbour = person + 1;
            if (dice.Chance(0.033) && neighbour < county.People.Count && !county.People[neighbour].HasNeed)
                OpenClosed(county, neighbour, asOf, ref dice);
        }
    }

    /// <summary>A day passes: some needs are closed, some amended, some persons get a need.</summary>
    public void Pass(County county, int asOf, int day)
    {
        var open = county.Needs.FindAll(need => need.IsOpen);
        var closed = Shares.Of(county, open.Count * ClosedPerDay, day, 1);
        var amended = Math.Max(open.Count < 20 ? 0 : 1, Shares.Of(county, open.Count * AmendedPerDay, day, 2));
        var touch = Dice.For(county.Seed, Draw.Changes, day, 1_000);
        for (var touched = 0; touched < closed + amended; touched++)
        {
            var need = open[touch.Pick(open.Count)];
            if (touched < closed)
                need.ClosedOn = asOf;
            else
                need.Version++;
            need.ChangedOn = asOf;
        }

        OpenSome(county, asOf, day);
    }

    private void OpenSome(County county, int asOf, int day)
    {
        var people = county.People.Count;
        var wanted = Shares.Of(county, people * NewPerPersonAndDay, day, 3);
        for (var roll = 0; wanted > 0 && roll < people; roll++)
        {
            var dice = Dice.For(county.Seed, Draw.NeedPick, day, roll);
            var person = dice.Pick(people);
            var state = county.Households[county.People[person].Household].State;
            if (county.People[person].HasNeed || state != HouseholdState.Active)
                continue;
            Open(county, person, asOf, asOf);
            wanted--;
        }
    }

    private void Open(County county, int person, int opened, int asOf)
    {
        var dice = Dice.For(county.Seed, Draw.Need, person);
        var first = Record(county, person, KindFor(county, person, ref dice), opened);
        List<string> kinds = [first.Kind.Code];
        if (dice.Chance(0.05) && KindFor(county, person, ref dice) is var second && second != first.Kind)
            kinds.Add(Record(county, person, second, opened).Kind.Code);
        consents.Ask(county, person, kinds, Math.Min(asOf, opened + dice.Pick(4)));
    }

    private static void OpenClosed(County county, int person, int asOf, ref Dice dice)
    {
        var need = Record(county, person, KindFor(county, person, ref dice), asOf - dice.Between(31, 90));
        need.ClosedOn = asOf - dice.Pick(Need.DaysShownAfterClosing);
        need.ChangedOn = need.ClosedOn;
    }

    private static Need Record(County county, int person, NeedKind kind, int opened)
    {
        var year = DateOnly.FromDayNumber(county.BaseDay).Year;
        var need = new Need
        {
            No = $"XQ{county.Division}{year:D4}{county.Needs.Count + 1:D7}",
            Person = person,
            Kind = kind,
            OpenedOn = opened,
            ChangedOn = opened,
        };
        county.Needs.Add(need);
        county.PersonAt(person).HasNeed = true;
        county.HouseholdAt(county.People[person].Household).HasNeed = true;
        return need;
    }

    private static NeedKind KindFor(County county, int person, ref Dice dice)
    {
        var kind = NeedKind.Roll(ref dice, county.People[person].AgeOn(county.BaseDay));
        var category = county.Households[county.People[person].Household].Category;

        // Housing is offered to allowance, near-allowance, destitute and high-expense households only.
        var housed = category is not (Category.TemporaryAid or Category.OtherLowIncome);
        return kind == NeedKind.Housing && !housed ? NeedKind.Emergency : kind;
    }
}
