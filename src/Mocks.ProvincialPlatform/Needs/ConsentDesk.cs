namespace Mocks.ProvincialPlatform.Needs;

/// <summary>Asks persons with needs for consent; who says what follows from the seed.</summary>
internal sealed class ConsentDesk(OrganisationDirectory directory)
{
    private const int AgeOfOwnConsent = 14;

    /// <summary>Consents for the kinds of this person's needs: none, class only, or class and named.</summary>
    public void Ask(County county, int person, IReadOnlyCollection<string> kinds, int day)
    {
        var dice = Dice.For(county.Seed, Draw.Consent, person);
        var answer = dice.Pick(100);
        if (answer < 10)
            return;
        var purposes = string.Join('|', kinds);
        if (day < county.BaseDay)
            GivePast(county, person, purposes);
        var channel = dice.Chance(0.4) ? "线上" : "线下";
        var givenBy = GivenBy(ref dice, county.People[person].AgeOn(day));
        var refuses = dice.Pick(20);
        var names = ChooseNames(ref dice, kinds, county.TownshipDivision(county.People[person].Household));
        foreach (var recipients in answer < 35 || names.Length == 0 ? (string[])[""] : ["", names])
        {
            var isNamed = recipients.Length > 0;
            Give(county, ref dice, new()
            {
                No = NextNumber(county, day),
                Person = person,
                GivenBy = givenBy,
                Purposes = purposes,
                Recipients = recipients,
                Sensitive = isNamed && refuses != 0,
                Provide = !isNamed || refuses != 1,
                Channel = channel,
            }, day);
        }
    }

    /// <summary>A named consent, obtained because an organisation accepted; its number follows from both.</summary>
    public void AskFor(County county, Need need, string uscc, int day)
    {
        var division = county.TownshipDivision(county.People[need.Person].Household);
        var held = county.Consents.Of(need.Person).Where(consent => consent.IsActive).ToList();
        if (held.Count == 0 || held.Exists(consent => consent.IsNamed && consent.Names(uscc)))
            return;
        var dice = Dice.For(county.Seed, Draw.Accepted, need.No + uscc);
        if (!dice.Chance(0.7) || !directory.Covers(uscc, need.Kind.Code, division))
            return;
        var number = $"TY{county.Division}R{need.No[8..]}{uscc[8..17]}";
        if (county.Consents.Has(number))
            return;
        Give(county, ref dice, new()
        {
            No = number,
            Person = need.Person,
            GivenBy = GivenBy(ref dice, county.People[need.Person].AgeOn(day)),
            Purposes = need.Kind.Code,
            Recipients = uscc,
            Sensitive = true,
            Channel = "线上",
        }, day);
    }

    /// <summary>An older consent that has come to its end: the log knows more than today.</summary>
    private static void GivePast(County county, int person, string purposes)
    {
        var dice = Dice.For(county.Seed, Draw.History, person);
        var day = county.BaseDay - dice.Between(430, 800);
        if (!dice.Chance(0.45) || county.People[person].BirthDay > day - 30)
            return;
        var consent = new Consent
        {
            No = NextNumber(county, day),
            Person = person,
            GivenBy = GivenBy(ref dice, county.People[person].AgeOn(day)),
            Purposes = purposes,
            Channel = "线下",
        };
        Give(county, ref dice, consent, day);
        if (dice.Chance(0.1))
            county.Consents.Append(consent, ConsentEvent.Narrowed, day + 40, DayTime(ref dice), "本人要求缩小范围");
        var lapsesOn = DateOnly.FromDayNumber(county.People[person].BirthDay).AddYears(AgeOfOwnConsent).DayNumber + 1;
        if (lapsesOn > day + 60 && lapsesOn < day + 365)
            county.Consents.Append(consent, ConsentEvent.GuardianLapsed, lapsesOn, 0, "年满十四周岁");
        else
            End(county, ref dice, consent, day);
    }

    private static void End(County county, ref Dice dice, Consent consent, int day)
    {
        var log = county.Consents;
        switch (dice.Pick(10))
        {
            case 0:
                log.Append(consent, ConsentEvent.Invalid, day + 90, DayTime(ref dice), "授权材料不符");
                break;
            case 1 or 2:
                log.Append(consent, ConsentEvent.Withdrawn, day + 120, DayTime(ref dice), "本人不愿继续共享");
                break;
            case 3 when day + 455 < county.BaseDay:
                log.Append(consent, ConsentEvent.Renewed, day + 350, DayTime(ref dice), "本人申请续期");
                log.Append(consent, ConsentEvent.Expired, day + 455, 0, "有效期届满");
                break;
            default:
                log.Append(consent, ConsentEvent.Expired, day + 365, 0, "有效期届满");
                break;
        }
    }

    private static void Give(County county, ref Dice dice, Consent consent, int day)
    {
        var validTo = DateOnly.FromDayNumber(day).AddYears(1).DayNumber;
        county.Consents.Give(consent, day, DayTime(ref dice), validTo);
    }

    private string ChooseNames(ref Dice dice, IReadOnlyCollection<string> kinds, string division)
    {
        var eligible = directory.Eligible(kinds, division);
        var normal = eligible.Where(organisation => organisation.IsNormal).ToList();
        var barred = eligible.Where(organisation => !organisation.IsNormal).ToList();
        var wanted = dice.Between(1, 3);
        var first = normal.Count == 0 ? 0 : dice.Pick(normal.Count);
        var names = Enumerable.Range(first, Math.Min(wanted, normal.Count))
            .Select(i => normal[i % normal.Count].Uscc)
            .ToList();
        if (barred.Count > 0 && names.Count > 0 && dice.Chance(0.1))
            names = [names[0], barred[dice.Pick(barred.Count)].Uscc, .. names.Skip(2)];
        return string.Join('|', names);
    }

    private static string GivenBy(ref Dice dice, int age) =>
        age < AgeOfOwnConsent ? "监护人" : dice.Chance(0.03) ? "代理人" : "本人";

    private static int DayTime(ref Dice dice) => (dice.Between(8, 17) * 10_000) + (dice.Pick(60) * 100) + dice.Pick(60);

    private static string NextNumber(County county, int day) =>
        $"TY{county.Division}{DateOnly.FromDayNumber(day).Year:D4}{county.Consents.NextSerial():D7}";
}
