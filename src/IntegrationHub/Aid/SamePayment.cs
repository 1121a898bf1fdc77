using IntegrationHub.Policy;

namespace IntegrationHub.Aid;

/// <summary>What two lines of the two books are to each other.</summary>
public enum PairVerdict
{
    /// <summary>One payment told twice; it counts once.</summary>
    Link,

    /// <summary>It may be one payment; a person decides, and until then the over-aid check counts it once.</summary>
    Suspect,
}

/// <summary>Two lines that are or may be one payment, and why.</summary>
public sealed record PaymentPair(AidRef Government, AidRef Charity, int Score, IReadOnlyList<string> Reasons, PairVerdict Verdict);

/// <summary>What a person said about a pair; it goes before every score.</summary>
public sealed record PairRuling(AidRef Government, AidRef Charity, bool IsSame);

/// <summary>
/// Which payments of the government's book are the same as which of the charities' (domain.md §2.6), pure. Pairs are
/// looked for within one person or household, scored, and given out one to one so that most are linked and the scores
/// together are greatest: two equal payments on both sides are two links, never four (scenario 15).
/// </summary>
public static class SamePayment
{
    /// <summary>What gave points (contracts/canonical/aid-link.schema.json).</summary>
    private const string ByAmount = "AMOUNT";
    private const string ByReference = "REFERENCE";
    private const string ByDate = "DATE";
    private const string ByMonth = "PERIOD";
    private const string ByPayer = "PAYER";

    // More than any sum of scores of one block, so that a link is worth more than any number of suspicions.
    private const long OneLink = 1_000_000;
    private const long SameStanding = 1_000;

    /// <summary>The pairs, in the order of their government line; what is in none is one payment in one book.</summary>
    public static IReadOnlyList<PaymentPair> Match(
        IEnumerable<AidPosition> positions, DuplicateTolerance rules, IReadOnlyList<PayerPair> payers, IEnumerable<PairRuling> rulings)
    {
        var lines = positions.Where(IsMoney).ToList();
        var said = rulings.GroupBy(ruling => (ruling.Government, ruling.Charity))
            .ToDictionary(same => same.Key, same => same.Last().IsSame);
        var pairs = new List<PaymentPair>();
        foreach (var block in Blocks(lines))
        {
            var government = block.Where(line => line.Entry.Side == AidSide.Government).OrderBy(line => line.Ref).ToList();
            var charity = block.Where(line => line.Entry.Side == AidSide.Charity).OrderBy(line => line.Ref).ToList();
            if (government.Count > 0 && charity.Count > 0)
                pairs.AddRange(OneToOne(government, charity, rules, payers, said));
        }

        return [.. pairs.OrderBy(pair => pair.Government).ThenBy(pair => pair.Charity)];
    }

    /// <summary>What a pair is worth and what for; nothing where the rules see no common payment.</summary>
    public static (int Score, IReadOnlyList<string> Reasons) Score(
        AidEntry government, AidEntry charity, DuplicateTolerance rules, IReadOnlyList<PayerPair> payers)
    {
        var (score, reasons) = (0, new List<string>());
        if (Math.Abs((government.Amount ?? 0) - (charity.Amount ?? 0)) <= rules.Amount)
            Add(rules.Points.Amount, ByAmount);
        if (government.PaymentRef is { Length: > 0 } reference && reference == charity.PaymentRef)
            Add(rules.Points.Reference, ByReference);
        if (government.When.IsNear(charity.When, rules.Days))
            Add(rules.Points.Date, government.When.IsMonth || charity.When.IsMonth ? ByMonth : ByDate);
        if (payers.Any(pair => pair.Funding == charity.Funding && pair.Category == government.Category))
            Add(rules.Points.Payer, ByPayer);
        return (score, reasons);

        void Add(int points, string reason)
        {
            score += points;
            reasons.Add(reason);
        }
    }

    private static bool IsMoney(AidPosition line) => line.Entry.Amount is > 0 && line.Entry.ReversesId is null;

    // Lines that share a person or a household, directly or through another line.
    private static IEnumerable<List<AidPosition>> Blocks(List<AidPosition> lines)
    {
        var groups = new DisjointGroups(lines.Count);
        var first = new Dictionary<object, int>();
        for (var i = 0; i < lines.Count; i++)
        {
            if (lines[i].Entry.Person is { } person)
                Join(person, i);
            if (lines[i].Entry.Household is { } household)
                Join(household, i);
        }

        return lines.Select((line, i) => (line, i))
            .Where(one => one.line.Entry.Person is not null || one.line.Entry.Household is not null)
            .GroupBy(one => groups.Of(one.i), one => one.line)
            .Select(block => block.ToList());

        void Join(object name, int line)
        {
            if (!first.TryAdd(name, line))
                groups.Join(first[name], line);
        }
    }

    private static IEnumerable<PaymentPair> OneToOne(
        List<AidPosition> government, List<AidPosition> charity, DuplicateTolerance rules, IReadOnlyList<PayerPair> payers,
        Dictionary<(AidRef, AidRef), bool> said)
    {
        var scored = new (int Score, IReadOnlyList<string> Reasons, bool IsLink)[government.Count, charity.Count];
        var worth = new long[government.Count, charity.Count];
        for (var g = 0; g < government.Count; g++)
        {
            for (var c = 0; c < charity.Count; c++)
            {
                var (paid, told) = (government[g], charity[c]);
                if (!MayBeOne(paid.Entry, told.Entry))
                    continue;
                var (score, reasons) = Score(paid.Entry, told.Entry, rules, payers);
                bool? ruling = said.TryGetValue((paid.Ref, told.Ref), out var isSame) ? isSame : null;
                if (ruling == false || (ruling is null && score < rules.ReviewAt))
                    continue;
                var isLink = ruling == true || score >= rules.LinkAt;
                scored[g, c] = (score, reasons, isLink);
                worth[g, c] = (ruling == true ? 2 * OneLink : isLink ? OneLink : 0) + (paid.Counts == told.Counts ? SameStanding : 0) + score;
            }
        }

        return from pair in Assignment.Best(worth)
               let found = scored[pair.Row, pair.Column]
               select new PaymentPair(
                   government[pair.Row].Ref, charity[pair.Column].Ref, found.Score, found.Reasons,
                   found.IsLink ? PairVerdict.Link : PairVerdict.Suspect);
    }

    // A household's payment may be told of any who live there; two people's are two payments.
    private static bool MayBeOne(AidEntry government, AidEntry charity) =>
        government.Person == charity.Person
        || (government.Household is not null && government.Household == charity.Household
            && (government.Person is null || charity.Person is null || government.PaymentRef is { Length: > 0 } && government.PaymentRef == charity.PaymentRef));
}
