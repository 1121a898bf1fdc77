using System.Globalization;

namespace IntegrationHub.Testing.Populations;

/// <summary>
/// The true people of a labelled population: households of one to five in six counties, parents and children with one
/// surname, twins, namesakes. Every id number is of the unallocated area 410499.
/// </summary>
internal sealed class World(int persons, ulong seed, DirtRates rates)
{
    private const string Area = "410499";
    private static readonly DateOnly s_today = new(2026, 3, 1);
    private static readonly string[] s_counties = ["410421", "410422", "410423", "410425", "410481", "410482"];

    private readonly Chance _chance = new(seed);
    private readonly HashSet<string> _numbers = new(StringComparer.Ordinal);
    private readonly List<LivingPerson> _people = new(persons);
    private int _households;

    public static string OtherCounty(string division, Chance chance)
    {
        while (true)
        {
            if (chance.Pick(s_counties) is var county && !division.StartsWith(county, StringComparison.Ordinal))
                return $"{county}{100 + chance.Below(12):000}";
        }
    }

    public static string CheckCharacter(string seventeen)
    {
        int[] weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
        return "10X98765432"[weights.Select((weight, i) => weight * (seventeen[i] - '0')).Sum() % 11].ToString();
    }

    public static string PhoneOf(Chance chance) => $"199{chance.Below(100_000_000):00000000}";

    public List<LivingPerson> Settle()
    {
        while (_people.Count < persons)
            Household();
        return _people[..persons];
    }

    private void Household()
    {
        _households++;
        var division = $"{_chance.Pick(s_counties)}{100 + _chance.Below(12):000}";
        var phone = PhoneOf(_chance);
        var surname = _chance.PickFirstOften(NamePool.Surnames);
        var head = Born(20, 90);
        Move(surname, head, division, phone);
        if (_chance.Happens(0.55))
            Move(_chance.PickFirstOften(NamePool.Surnames), head.AddDays(_chance.Below(3000) - 1500), division, phone);
        for (var children = _chance.Below(3); children > 0; children--)
        {
            var born = head.AddDays((20 * 365) + _chance.Below(20 * 365));
            if (born >= s_today)
                born = Born(0, 2);
            var child = Move(surname, born, division, phone);
            if (_chance.Happens(rates.Twins * 4)) // a quarter of the people are such children
                Twin(child);
        }
    }

    private DateOnly Born(int from, int to) => s_today.AddDays(-(from * 365) - _chance.Below((to - from) * 365));

    private LivingPerson Move(string surname, DateOnly born, string division, string phone)
    {
        var sex = 1 + _chance.Below(2);
        return Add(NameOf(surname), sex, born, NumberOf(born, sex, _chance.Below(1000)), division, phone);
    }

    // Registered one after the other, named alike.
    private void Twin(LivingPerson of)
    {
        var letters = of.Name.EnumerateRunes().Select(rune => rune.ToString()).ToList();
        letters[^1] = _chance.Pick(NamePool.Letters);
        var name = string.Concat(letters);
        if (name == of.Name)
            return;
        var sex = _chance.Happens(0.6) ? of.Sex : 3 - of.Sex;
        var sequence = int.Parse(of.IdNo.AsSpan(14, 3), CultureInfo.InvariantCulture) + 1;
        Add(name, sex, of.BornOn, NumberOf(of.BornOn, sex, sequence), of.Division, of.Phone);
    }

    private LivingPerson Add(string name, int sex, DateOnly born, string number, string division, string phone)
    {
        var person = new LivingPerson
        {
            Number = _people.Count + 1,
            Household = _households,
            Name = name,
            Sex = sex,
            BornOn = born,
            IdNo = number,
            Division = division,
            Phone = phone,
        };
        _people.Add(person);
        return person;
    }

    private string NameOf(string surname)
    {
        if (_chance.Happens(rates.CommonName))
            return _chance.PickFirstOften(NamePool.Common);
        if (_chance.Happens(rates.DottedName))
            return $"{_chance.Pick(NamePool.Dotted)}·{_chance.Pick(NamePool.Dotted)}";
        if (_chance.Happens(rates.RareName))
            return $"{surname}{_chance.Pick(NamePool.Letters)}{_chance.Pick(NamePool.Rare)}";
        return _chance.Happens(0.2)
            ? $"{surname}{_chance.PickFirstOften(NamePool.Letters)}"
            : $"{surname}{_chance.PickFirstOften(NamePool.Letters)}{_chance.PickFirstOften(NamePool.Letters)}";
    }

    // The last sequence digit says the sex; a number is given once.
    private string NumberOf(DateOnly born, int sex, int from)
    {
        for (var sequence = from; ; sequence++)
        {
            if (sequence % 2 != sex % 2)
                continue;
            var digits = string.Create(CultureInfo.InvariantCulture, $"{Area}{born:yyyyMMdd}{sequence % 1000:000}");
            var number = digits + CheckCharacter(digits);
            if (!number.EndsWith("000", StringComparison.Ordinal) && _numbers.Add(number))
                return number;
        }
    }
}
