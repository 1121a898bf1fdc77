namespace Mocks.ProvincialPlatform.Population;

/// <summary>Lets households come to a county: members, category and recognitions.</summary>
internal sealed class Settlers(ResidentNumbers numbers)
{
    private const int DaysPerYear = 365;

    /// <summary>Day one: households with a past, until there are this many persons.</summary>
    public void Found(County county, int persons)
    {
        while (county.People.Count < persons)
        {
            var dice = Dice.For(county.Seed, Draw.Settle, county.Households.Count);
            var size = Math.Min(RollSize(ref dice), persons - county.People.Count);
            var started = county.BaseDay - dice.Between(40, 2_400);
            Settle(county, ref dice, size, started, changedOn: 0);
        }
    }

    /// <summary>A household that is new on a later day.</summary>
    public void Arrive(County county, int day)
    {
        var dice = Dice.For(county.Seed, Draw.Settle, county.Households.Count);
        Settle(county, ref dice, RollSize(ref dice), started: day, changedOn: day);
    }

    private void Settle(County county, ref Dice dice, int size, int started, int changedOn)
    {
        var category = Category.Roll(ref dice, size);
        if (category == Category.TemporaryAid && changedOn == 0)
            started = county.BaseDay - dice.Between(5, 420);
        var urban = category is Category.UrbanAllowance or Category.UrbanDestitute;
        var township = urban
            ? dice.Pick(Places.Streets)
            : dice.Between(Places.Streets, Places.Townships.Length - 1);
        var household = county.Households.Count;
        county.Households.Add(new Household
        {
            FirstPerson = county.People.Count,
            FirstRecognition = county.Recognitions.Count,
            Size = (byte)size,
            Category = category,
            Township = (byte)township,
            Started = started,
            ChangedOn = changedOn,
        });
        AddMembers(county, ref dice, household, size);
        Recognise(county, ref dice, household, changedOn);
    }

    private static void Recognise(County county, ref Dice dice, int household, int changedOn)
    {
        var (category, started) = (county.Households[household].Category, county.Households[household].Started);
        county.Recognitions.Add(new() { Household = household, Category = category, GrantedOn = started });
        if (category == Category.TemporaryAid || !dice.Chance(0.12))
            return;
        var granted = changedOn == 0 ? county.BaseDay - dice.Between(5, 420) : changedOn;
        county.Recognitions.Add(
            new() { Household = household, Category = Category.TemporaryAid, GrantedOn = granted });
    }

    private void AddMembers(County county, ref Dice dice, int household, int size)
    {
        var headAge = size == 1 && dice.Chance(0.6) ? dice.Between(60, 88) : RollHeadAge(ref dice);
        var headIsMale = dice.Chance(0.7);
        Add(county, ref dice, household, Relation.Head, headAge, headIsMale);
        var hasSpouse = size > 1 && dice.Chance(0.8);
        if (hasSpouse)
        {
            var spouse = headIsMale ? Relation.Wife : Relation.Husband;
            Add(county, ref dice, household, spouse, headAge + dice.Between(-6, 4), !headIsMale);
        }

        var parents = 0;
        for (var others = size - 1 - (hasSpouse ? 1 : 0); others > 0; others--)
        {
            if (parents < 2 && headAge < 62 && dice.Chance(0.2))
                AddParent(county, ref dice, household, headAge, isMother: parents++ == 0);
            else
                AddChild(county, ref dice, household, headAge);
        }
    }

    private void AddParent(County county, ref Dice dice, int household, int headAge, bool isMother) =>
        Add(county, ref dice, household, isMother ? Relation.Mother : Relation.Father,
            headAge + dice.Between(20, 30), !isMother);

    private void AddChild(County county, ref Dice dice, int household, int headAge)
    {
        var isSon = dice.Chance(0.5);
        var age = Math.Max(0, headAge - dice.Between(21, 38));
        Add(county, ref dice, household, isSon ? Relation.Son : Relation.Daughter, age, isSon);
    }

    private void Add(County county, ref Dice dice, int household, byte relation, int age, bool male)
    {
        var rolled = county.BaseDay - (age * DaysPerYear) - (age / 4) - dice.Between(31, 360);
        var (birthDay, serial) = numbers.Next(rolled, male);
        county.People.Add(new Person
        {
            Household = household,
            Relation = relation,
            BirthDay = birthDay,
            Serial = (ushort)serial,
        });
    }

    private static int RollSize(ref Dice dice) =>
        dice.Pick(100) switch { < 30 => 1, < 55 => 2, < 77 => 3, < 92 => 4, _ => 5 };

    private static int RollHeadAge(ref Dice dice) =>
        dice.Pick(100) switch { < 50 => dice.Between(28, 48), < 78 => dice.Between(49, 64), _ => dice.Between(65, 88) };
}
