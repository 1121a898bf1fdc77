using IntegrationHub.Testing.Populations;

namespace IntegrationHub.Testing.Consents;

/// <summary>One thing that happens.</summary>
internal abstract record Happening
{
    private Happening() { }

    /// <summary>A paper arrives, for the first time or again, in whatever order.</summary>
    public sealed record Told(ConsentRow Row) : Happening;

    public sealed record HoursPass(int Hours) : Happening;

    /// <summary>An organisation loses or regains its good standing.</summary>
    public sealed record Status(int Organisation, bool IsNormal) : Happening;

    public sealed record Offer(int Organisation, int Purpose) : Happening;

    public sealed record Accept(int Organisation, int Purpose) : Happening;

    /// <summary>A claim; <paramref name="Again"/>: a message of before is driven once more.</summary>
    public sealed record Claim(int Organisation, int Purpose, int Items, bool Again) : Happening;
}

/// <summary>A story from a seed: papers given, narrowed, renewed and withdrawn between offers, answers and claims.</summary>
internal static class Interleaving
{
    public const int Organisations = 2;
    public const int Purposes = 2;
    private const int Days = 40;

    public static IReadOnlyList<Happening> Of(ulong seed, int length)
    {
        var chance = new Chance(seed);
        var story = new List<Happening>();
        var written = new List<ConsentRow>();
        var onTheWay = new List<ConsentRow>();
        var claims = new List<Happening.Claim>();
        while (story.Count < length)
        {
            Happening? next = chance.Below(20) switch
            {
                < 7 => Write(chance, written, onTheWay),
                < 9 when onTheWay.Count > 0 => Arrive(chance, onTheWay),
                < 11 when written.Count > onTheWay.Count => new Happening.Told(chance.Pick(written.Except(onTheWay).ToList())),
                < 12 => new Happening.HoursPass(chance.Below(3) == 0 ? 24 * (1 + chance.Below(8)) : chance.Below(20)),
                < 13 => new Happening.Status(chance.Below(Organisations), chance.Below(3) > 0),
                < 15 => new Happening.Offer(MostlyFirst(chance, Organisations), MostlyFirst(chance, Purposes)),
                < 17 => new Happening.Accept(MostlyFirst(chance, Organisations), MostlyFirst(chance, Purposes)),
                < 18 when claims.Count > 0 => chance.Pick(claims) with { Again = true },
                _ => Claim(chance, claims),
            };
            if (next is not null)
                story.Add(next);
        }

        return story;
    }

    // One in five is late: it arrives after what was written later.
    private static Happening.Told? Write(Chance chance, List<ConsentRow> written, List<ConsentRow> onTheWay)
    {
        var row = NextRow(chance, written);
        written.Add(row);
        if (chance.Below(5) > 0)
            return new Happening.Told(row);
        onTheWay.Add(row);
        return null;
    }

    private static Happening.Told Arrive(Chance chance, List<ConsentRow> onTheWay)
    {
        var row = chance.Pick(onTheWay);
        onTheWay.Remove(row);
        return new Happening.Told(row);
    }

    private static Happening.Claim Claim(Chance chance, List<Happening.Claim> claims)
    {
        var claim = new Happening.Claim(
            MostlyFirst(chance, Organisations), MostlyFirst(chance, Purposes),
            chance.Below(4) == 0 ? 31 : chance.Below(32), Again: false);
        claims.Add(claim);
        return claim;
    }

    private static ConsentRow NextRow(Chance chance, List<ConsentRow> written)
    {
        var consent = $"TY-{chance.Below(3)}";
        var known = written.Where(row => row.Consent == consent).ToList();
        var last = known.Select(row => row.Sequence).DefaultIfEmpty(0).Max();
        // Now and then a number is used twice, and evidence is shown again.
        var sequence = last > 0 && chance.Below(15) == 0 ? chance.Pick(known).Sequence : last + 1;
        var evidence = known.Count > 0 && chance.Below(8) == 0 ? chance.Pick(known).Evidence : written.Count + 1;
        var kind = known.Count == 0 && chance.Below(5) > 0 ? 'G' : "GGGNNRRW"[chance.Below(8)];
        var from = chance.Below(4) == 0 ? chance.Below(Days) : 0;
        return new ConsentRow
        {
            Consent = consent,
            Sequence = sequence,
            Kind = kind,
            Evidence = evidence,
            Purposes = Often(chance, 3),
            Items = Often(chance, 31),
            Organisations = Often(chance, 3),
            WholeClass = chance.Below(2) == 0,
            Actions = Often(chance, 3),
            Sensitive = chance.Below(3) > 0,
            Provide = chance.Below(5) > 0,
            From = from,
            To = chance.Below(3) == 0 ? from + chance.Below(Days) : 10 * Days,
        };
    }

    // So that offer, answer and claim meet.
    private static int MostlyFirst(Chance chance, int count) => chance.Below(4) > 0 ? 0 : chance.Below(count);

    private static int Often(Chance chance, int all) => chance.Below(5) > 0 ? all : chance.Below(all + 1);
}
