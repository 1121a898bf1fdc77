using System.Globalization;
using IntegrationHub.Contracts.Canonical;

namespace IntegrationHub.IntegrationTests.Intake;

/// <summary>
/// Households as a province keeps them from night to night, drawn from a seed: some change, some come, some go, some move
/// to another county. Nobody stays anywhere for less than five nights, so that no file of one night is the only one to know of him.
/// </summary>
internal sealed class Province(int seed, int households)
{
    private static readonly string[] s_types = ["HZ", "CY", "FF"];
    public static readonly string[] Counties = ["410497", "410498", "410499"];
    private readonly Random _dice = new(seed);
    private readonly List<House> _houses = [];
    private int _made;

    /// <summary>The files of a night, in the state after it.</summary>
    public List<SentFile> Night(int night)
    {
        while (_made < households)
            _houses.Add(New(night));
        foreach (var house in _houses.Where(house => night > 1 && _dice.Next(10) == 0))
            house.Revision++;
        foreach (var house in _houses.Where(house => night - house.Since >= 5 && _dice.Next(15) == 0).ToList())
            _houses.Remove(house);
        foreach (var house in _houses.Where(house => night - house.Since >= 5 && _dice.Next(25) == 0))
            (house.Since, house.County) = (night, Counties[(Array.IndexOf(Counties, house.County) + 1) % Counties.Length]);
        for (var i = 0; night is > 1 and < 6 && i < 4; i++)
            _houses.Add(New(night));
        return
        [
            .. from county in Counties
               from type in s_types
               select new SentFile(type, county, night, [.. _houses.Where(house => house.County == county).SelectMany(house => Rows(type, house))]),
        ];
    }

    /// <summary>A valid number of a person who cannot exist.</summary>
    public static string IdOf(int number)
    {
        var first = string.Create(CultureInfo.InvariantCulture, $"410499{1950 + (number / 300 % 50)}{1 + (number % 12):00}{1 + (number % 28):00}{1 + (number % 900):000}");
        return first + ResidentId.CheckCharacterFor(first);
    }

    private House New(int night) => new(_made, night) { County = Counties[_made++ % Counties.Length] };

    private static IEnumerable<string> Rows(string type, House house)
    {
        var id = IdOf(house.Number);
        return type switch
        {
            "HZ" => [$"H{house.Number},户主{Letter(house.Number)},{id},2,110,202501,,{house.County}101,示例乡{house.Revision}号,,1380000{house.Revision:0000},,20260301093000,新增"],
            "CY" =>
            [
                $"H{house.Number},户主{Letter(house.Number)},{id},{Relation},{SexOf(id)},{id[6..14]},,,,",
                $"H{house.Number},家人{Letter(house.Number + 7)},{IdOf(house.Number + 5_000)},{OtherRelation},{SexOf(IdOf(house.Number + 5_000))},{IdOf(house.Number + 5_000)[6..14]},,,,",
            ],
            _ => [$"B202602,H{house.Number},{id},110,202602,{300 + house.Number}.00,20260215,已发"],
        };
    }

    private const string Relation = "02";
    private const string OtherRelation = "10";

    private static string SexOf(string id) => (id[16] - '0') % 2 == 1 ? "1" : "2";

    private static char Letter(int number) => (char)('一' + (number % 2_000));

    private sealed class House(int number, int since)
    {
        public int Number => number;
        public int Since { get; set; } = since;
        public required string County { get; set; }
        public int Revision { get; set; }
    }
}
