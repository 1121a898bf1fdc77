using System.Globalization;

namespace IntegrationHub.Testing.Populations;

/// <summary>Records of a made-up population with the errors of real ones, and the truth about each. The same seed, the same records.</summary>
public static class LabelledPopulation
{
    public static IReadOnlyList<LabelledRecord> Of(int persons, int seed, DirtRates rates)
    {
        var people = new World(persons, (ulong)seed, rates).Settle();
        var typist = new Typist(people, new Chance((ulong)seed * 7919 + 1), rates);
        return [.. people.SelectMany(typist.RecordsOf)];
    }

    private sealed class Typist(List<LivingPerson> people, Chance chance, DirtRates rates)
    {
        private static readonly DateOnly s_youngest = new(2025, 3, 1);
        private int _records;

        public IEnumerable<LabelledRecord> RecordsOf(LivingPerson person)
        {
            var isInfantWithoutId = person.BornOn >= s_youngest && chance.Happens(rates.InfantWithoutId);
            yield return Type(person, person.Division, $"H{person.Household:0000000}", person.Phone, isInfantWithoutId);
            for (var more = chance.Happens(rates.SecondRecord) ? chance.Happens(rates.ThirdRecord / rates.SecondRecord) ? 2 : 1 : 0; more > 0; more--)
            {
                var moved = chance.Happens(rates.MovedCounty);
                var division = moved ? World.OtherCounty(person.Division, chance) : person.Division;
                var household = moved || chance.Happens(rates.OtherHouseholdRef)
                    ? $"K{division[..6]}-{person.Household:0000000}"
                    : $"H{person.Household:0000000}";
                var phone = chance.Happens(rates.PhoneChanged) ? World.PhoneOf(chance) : person.Phone;
                yield return Type(person, division, household, phone, isInfantWithoutId && chance.Happens(0.7));
            }
        }

        private LabelledRecord Type(LivingPerson person, string division, string household, string phone, bool withoutId) => new(
            $"R{++_records:0000000}",
            $"P{person.Number:0000000}",
            withoutId ? "" : IdOf(person),
            NameOf(person.Name),
            $"{(chance.Happens(rates.SexWrong) ? 3 - person.Sex : person.Sex)}",
            BirthOf(person.BornOn),
            chance.Happens(rates.DivisionToCountyOnly) ? division[..6] : division,
            household,
            chance.Happens(rates.PhoneMissing) ? "" : phone);

        private string IdOf(LivingPerson person)
        {
            var number = person.IdNo;
            if (chance.Happens(rates.SharedWrongId))
                return WrongOwner(person).IdNo;
            if (chance.Happens(rates.MissingId))
                return "";
            if (person.BornOn.Year < 1995 && chance.Happens(rates.FifteenDigitId))
                return $"{number[..6]}{number[8..17]}";
            if (chance.Happens(rates.IdTypo))
                return OtherDigit(number, 6 + chance.Below(11));
            if (chance.Happens(rates.IdTransposed))
                return Swapped(number, 6 + chance.Below(10));
            if (!chance.Happens(rates.CorrectedId))
                return number;

            // Wrong once and issued so: the check character belongs to the wrong digits.
            var digits = OtherDigit(number, 14 + chance.Below(3))[..17];
            return digits + World.CheckCharacter(digits);
        }

        // Mostly the line above or below in the same household.
        private LivingPerson WrongOwner(LivingPerson person)
        {
            var at = person.Number - 1;
            var beside = people[at > 0 ? at - 1 : at + 1];
            return chance.Happens(0.5) && beside.Household == person.Household ? beside : people[(at + 1 + chance.Below(people.Count - 1)) % people.Count];
        }

        private string NameOf(string name)
        {
            if (name.Contains('·', StringComparison.Ordinal) && chance.Happens(rates.OtherDot))
                name = name.Replace("·", chance.Pick(NamePool.Dots), StringComparison.Ordinal);
            if (NamePool.Rare.FirstOrDefault(letter => name.EndsWith(letter, StringComparison.Ordinal)) is { } rare && chance.Happens(rates.RareLetterLost))
                name = name[..^rare.Length] + chance.Pick(["?", "□", "??", "\uf123"]);
            if (chance.Happens(rates.NameOneLetter))
                name = OneLetterWrong(name);
            return chance.Happens(rates.NameSpaced) ? Spaced(name) : name;
        }

        private string OneLetterWrong(string name)
        {
            var letters = name.EnumerateRunes().Select(rune => rune.ToString()).ToList();
            letters[1 + chance.Below(letters.Count - 1)] = chance.Pick(NamePool.Letters);
            return string.Concat(letters);
        }

        private string Spaced(string name) => chance.Below(3) switch
        {
            0 => $"{name} ",
            1 => name.Insert(1, "\u3000"),
            _ => name.Insert(1, " "),
        };

        private string BirthOf(DateOnly born)
        {
            if (chance.Happens(rates.BirthMissing))
                return "";
            if (born.Day <= 12 && chance.Happens(rates.BirthSwapped))
                born = new DateOnly(born.Year, born.Day, born.Month);
            if (chance.Happens(rates.BirthDigit))
                born = chance.Below(3) switch
                {
                    0 => born.AddYears(born.Year >= 2020 ? -10 : 1),
                    1 => born.AddYears(-10),
                    _ => new DateOnly(born.Year, born.Month, 1 + ((born.Day + 8) % 27)),
                };
            return born.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        }

        private string OtherDigit(string number, int at)
        {
            var digit = (char)('0' + ((number[at] - '0' + 1 + chance.Below(9)) % 10));
            return $"{number[..at]}{digit}{number[(at + 1)..]}";
        }

        private static string Swapped(string number, int at)
        {
            for (; at > 6 && number[at] == number[at + 1]; at--)
            {
            }

            return $"{number[..at]}{number[at + 1]}{number[at]}{number[(at + 2)..]}";
        }
    }
}
