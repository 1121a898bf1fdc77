namespace IntegrationHub.Briefing;

/// <summary>Counts needs for a briefing and withholds what could point at a person, pure.</summary>
public static class BriefingRules
{
    /// <summary>The tables of a briefing, each by one dimension.</summary>
    public static readonly IReadOnlyList<(string By, Func<CountedNeed, string> Of)> Dimensions =
    [
        ("county", need => need.County), ("category", need => need.Category), ("kind", need => need.Kind),
        ("organisation", need => need.Organisation), ("channel", need => need.Channel),
    ];

    private static readonly IReadOnlyList<string> s_outcomes = BriefingOutcome.All;

    public static (IReadOnlyList<BriefingTable> Tables, IReadOnlyList<UnmetRow> Unmet) Count(
        IReadOnlyCollection<CountedNeed> needs, int smallest)
    {
        var cells = new CellSystem(smallest);
        // The sums by outcome are the same in every table: entered once, shown or withheld everywhere alike.
        var sums = s_outcomes.Select(outcome => cells.Add(needs.Count(need => need.Outcome == outcome))).ToArray();
        var all = cells.Add(needs.Count);
        cells.IsSum(all, sums);
        var tables = Dimensions.Select(dimension => Enter(cells, needs, dimension.By, dimension.Of, sums, all)).ToList();
        var unmet = EnterUnmet(cells, needs, tables.Single(table => table.By == "county"), tables.Single(table => table.By == "kind"));
        cells.Close();
        return (
            [.. tables.Select(table => Show(cells, table, needs, sums, all))],
            [
                .. unmet.Where(one => cells.Value(one.Cell) > 0 && cells.IsShown(one.Cell))
                    .Select(one => new UnmetRow(one.County, one.Kind, cells.Value(one.Cell))),
            ]);
    }

    private static EnteredTable Enter(
        CellSystem cells, IReadOnlyCollection<CountedNeed> needs, string by, Func<CountedNeed, string> of, int[] sums, int all)
    {
        var rows = new List<EnteredRow>();
        foreach (var group in needs.GroupBy(of).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            var parts = s_outcomes.Select(outcome => cells.Add(group.Count(need => need.Outcome == outcome))).ToArray();
            var total = cells.Add(group.Count());
            cells.IsSum(total, parts);
            rows.Add(new EnteredRow(group.Key, parts, total));
        }

        for (var i = 0; i < s_outcomes.Count; i++)
            cells.IsSum(sums[i], [.. rows.Select(row => row.Parts[i])]);
        cells.IsSum(all, [.. rows.Select(row => row.Total)]);
        return new EnteredTable(by, of, rows);
    }

    // What nobody has taken of a county are its waiting and its offered needs: the two tables say the same twice.
    private static List<(string County, string Kind, int Cell)> EnterUnmet(
        CellSystem cells, IReadOnlyCollection<CountedNeed> needs, EnteredTable counties, EnteredTable kinds)
    {
        var unmet = (
            from county in counties.Rows
            from kind in kinds.Rows
            select (County: county.Code, Kind: kind.Code, Cell: cells.Add(needs.Count(need =>
                need.County == county.Code && need.Kind == kind.Code
                && need.Outcome is BriefingOutcome.Waiting or BriefingOutcome.Offered)))).ToList();
        foreach (var county in counties.Rows)
            cells.AreEqual([county.Parts[0], county.Parts[1]], [.. unmet.Where(one => one.County == county.Code).Select(one => one.Cell)]);
        foreach (var kind in kinds.Rows)
            cells.AreEqual([kind.Parts[0], kind.Parts[1]], [.. unmet.Where(one => one.Kind == kind.Code).Select(one => one.Cell)]);
        return unmet;
    }

    // An amount is told where the number of those who got it is.
    private static BriefingTable Show(CellSystem cells, EnteredTable table, IReadOnlyCollection<CountedNeed> needs, int[] sums, int all)
    {
        var aided = s_outcomes.ToList().IndexOf(BriefingOutcome.Aided);
        var amounts = needs.GroupBy(table.Of).ToDictionary(group => group.Key, group => group.Sum(need => need.Amount));
        return new BriefingTable(
            table.By,
            [.. table.Rows.Select(row => RowOf(row.Code, row.Parts, row.Total, amounts[row.Code]))],
            RowOf("", sums, all, needs.Sum(need => need.Amount)));

        BriefingRow RowOf(string code, int[] parts, int total, decimal amount) =>
            new(code, [.. parts.Select(Shown)], Shown(total), cells.IsShown(parts[aided]) ? amount : null);

        long? Shown(int cell) => cells.IsShown(cell) ? cells.Value(cell) : null;
    }

    /// <summary>How each organisation takes part (R39), with what would tell small numbers withheld.</summary>
    public static IReadOnlyList<ParticipationRow> Participation(IReadOnlyCollection<CountedParticipation> organisations, int smallest)
    {
        var cells = new CellSystem(smallest);
        var entered = organisations.OrderBy(one => one.Uscc, StringComparer.Ordinal).Select(one =>
        {
            int[] parts = [cells.Add(one.Accepted), cells.Add(one.Declined), cells.Add(one.Lapsed), cells.Add(one.Offers - one.Accepted - one.Declined - one.Lapsed)];
            var offers = cells.Add(one.Offers);
            cells.IsSum(offers, parts);
            return (One: one, Offers: offers, Parts: parts);
        }).ToList();
        cells.Close();
        return
        [
            .. entered.Select(row => new ParticipationRow(
                row.One.Uscc, row.One.Name, Shown(row.Offers), Shown(row.Parts[0]), Shown(row.Parts[1]), Shown(row.Parts[2]),
                cells.IsShown(row.Parts[0]) ? row.One.Amount : null)),
        ];

        long? Shown(int cell) => cells.IsShown(cell) ? cells.Value(cell) : null;
    }

    private sealed record EnteredRow(string Code, int[] Parts, int Total);

    private sealed record EnteredTable(string By, Func<CountedNeed, string> Of, List<EnteredRow> Rows);
}

/// <summary>What an organisation did with its offers. Each offer is in one of the four, the last being those still open.</summary>
public sealed record CountedParticipation(string Uscc, string Name, long Offers, long Accepted, long Declined, long Lapsed, decimal Amount);
