using IntegrationHub.Contracts.Canonical;

namespace IntegrationHub.Reconciliation;

/// <summary>
/// Compares the hub's book of charity aid with a partner's, pure: each line first, then the money. Three books are two
/// comparisons, because every line of the charity's and of the government's book passes through the hub's.
/// </summary>
public static class BookCompare
{
    private const string Total = "total";

    /// <summary>Every line one of the two lacks or has otherwise.</summary>
    public static IReadOnlyList<Difference> Records(IReadOnlyCollection<AidBookLine> hub, BookReading partner)
    {
        var differences = new List<Difference>();
        var known = new HashSet<string>(hub.Count, StringComparer.Ordinal);
        foreach (var line in hub)
        {
            known.Add(line.AidId);
            if (!partner.Hashes.TryGetValue(line.AidId, out var hash))
                differences.Add(OfRecord(partner, DifferenceClass.MissingThere, line.AidId, WhyMissing(line, partner)));
            else if (hash != line.FieldHash)
                differences.Add(OfRecord(partner, DifferenceClass.Different, line.AidId, WhyDifferent(line, partner)));
        }

        differences.AddRange(partner.Hashes.Keys.Where(aidId => !known.Contains(aidId))
            .Select(aidId => OfRecord(partner, DifferenceClass.MissingHere, aidId, null)));
        return differences;
    }

    /// <summary>Aids whose newest state from a giver may stand in Failures: worth a look there first.</summary>
    public static IReadOnlyList<string> MayStandInFailures(IEnumerable<Difference> records, BookReading partner) =>
        partner.Role != BookRole.Giver
            ? []
            :
            [
                .. records.Where(one => one.Explained is null && one.Class != DifferenceClass.MissingThere)
                    .Select(one => one.Key),
            ];

    /// <summary>The same differences, with those explained whose aid stands in Failures.</summary>
    public static IReadOnlyList<Difference> InFailures(
        IReadOnlyList<Difference> records, IReadOnlySet<string> failed) =>
    [
        .. records.Select(one => one.Explained is null && failed.Contains(one.Key)
            ? one with { Explained = DifferenceReason.InFailures }
            : one),
    ];

    /// <summary>
    /// What the partner says its book comes to, against the hub's: first the amounts that are missing there, by
    /// organisation and reason, then whatever remains. A remainder is explained only if lines are whose amount there is
    /// unknown here, and every one of them has a reason.
    /// </summary>
    public static IReadOnlyList<Difference> Payments(
        IReadOnlyCollection<AidBookLine> hub, BookReading partner, IReadOnlyList<Difference> records)
    {
        if (partner.Totals is not { } totals)
            return [];
        var missing = records.Where(one => one.Class == DifferenceClass.MissingThere)
            .ToDictionary(one => one.Key, one => one.Explained, StringComparer.Ordinal);
        var missingLines = hub.Where(line => missing.ContainsKey(line.AidId)).ToList();
        var differences = (
            from line in missingLines
            group line.Amount ?? 0 by (line.Uscc, Reason: missing[line.AidId]) into part
            where part.Sum() != 0
            select OfMoney(partner, DifferenceKey.Of(part.Key.Uscc, part.Key.Reason), part.Key.Reason)).ToList();

        var expected = hub.Sum(line => line.Amount ?? 0) - missingLines.Sum(line => line.Amount ?? 0);
        if (totals.Sum != expected)
            differences.Add(OfMoney(partner, Total, WhyRemainder(records)));
        if (totals.Count != partner.Hashes.Count)
            differences.Add(new(DifferenceLevel.Transport, DifferenceClass.Count, partner.Source, Total, null));
        return differences;
    }

    // Whoever gives the aid enters it before telling the hub; only a line that came after the reading can be missing.
    private static string? WhyMissing(AidBookLine line, BookReading partner) => partner.Role switch
    {
        BookRole.Giver => line.RecordedAt >= partner.ReadAt ? DifferenceReason.InFlight : null,
        _ => !line.HasReferral ? DifferenceReason.NoReferral : WhyNotTold(line, partner),
    };

    private static string? WhyDifferent(AidBookLine line, BookReading partner) =>
        partner.Role == BookRole.Giver ? null : WhyNotTold(line, partner);

    private static string? WhyNotTold(AidBookLine line, BookReading partner) =>
        line.ReportedAt is not { } reportedAt ? DifferenceReason.NotReportedYet
        : reportedAt >= partner.ReadAt ? DifferenceReason.InFlight
        : null;

    private static string? WhyRemainder(IReadOnlyList<Difference> records)
    {
        var unvalued = records.Where(one => one.Class != DifferenceClass.MissingThere).ToList();
        return unvalued.Any(one => one.Explained is null)
            ? null
            : unvalued.Select(one => one.Explained).Order(StringComparer.Ordinal).FirstOrDefault();
    }

    private static Difference OfRecord(BookReading partner, string kind, string aidId, string? reason) =>
        new(DifferenceLevel.Record, kind, partner.Source, aidId, reason);

    private static Difference OfMoney(BookReading partner, string key, string? reason) =>
        new(DifferenceLevel.Payment, DifferenceClass.Sum, partner.Source, key, reason);
}
