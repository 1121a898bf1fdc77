namespace IntegrationHub.Intake;

/// <summary>What the names of a file's columns say by a layout.</summary>
/// <param name="Map">For each column of the layout, where it stands in the file; -1 where it is absent.</param>
/// <param name="Missing">Names of required and key columns that the file does not have.</param>
/// <param name="Absent">Names of other columns that it does not have: they read as empty.</param>
/// <param name="Twice">Names that the header gives to two columns.</param>
/// <param name="Unknown">Columns of the file, from 0, that the layout does not know: nothing reads them.</param>
/// <param name="Named">How many columns the header names; what stands behind them must be empty.</param>
internal sealed record HeaderMatch(
    int[] Map, IReadOnlyList<string> Missing, IReadOnlyList<string> Absent, IReadOnlyList<string> Twice, IReadOnlyList<int> Unknown, int Named)
{
    public bool Fits => Missing.Count == 0 && Twice.Count == 0;

    public int Found => Map.Count(place => place >= 0);

    public bool Reordered => Map.Where(place => place >= 0).Zip(Map.Where(place => place >= 0).Skip(1)).Any(pair => pair.First > pair.Second);

    /// <summary>Matches names, whole ones before the parts of bilingual ones. Pure.</summary>
    /// <param name="layout">What the columns may be called.</param>
    /// <param name="rows">The header rows, one or two; a column may be named by either.</param>
    public static HeaderMatch Of(SnapshotLayout layout, IReadOnlyList<string[]> rows)
    {
        var width = rows.Max(row => row.Length);
        var names = Enumerable.Range(0, width).Select(i => rows.Where(row => i < row.Length).Select(row => row[i]).ToArray()).ToArray();
        var map = new int[layout.Columns.Count];
        Array.Fill(map, -1);
        var taken = new bool[width];
        var twice = new List<string>();
        Claim(names, taken, map, layout, twice, whole: true);
        Claim(names, taken, map, layout, twice, whole: false);

        var keys = layout.KeyPositions();
        bool IsNeeded(int i) => layout.Columns[i].Required || keys.Contains(i);
        var absent = Enumerable.Range(0, map.Length).Where(i => map[i] < 0).ToList();
        return new HeaderMatch(
            map,
            [.. absent.Where(IsNeeded).Select(i => layout.Columns[i].Name)],
            [.. absent.Where(i => !IsNeeded(i)).Select(i => layout.Columns[i].Name)],
            twice,
            [.. Enumerable.Range(0, width).Where(i => !taken[i] && names[i].Any(name => HeaderNames.Normal(name).Length > 0))],
            Array.FindLastIndex(names, cells => cells.Any(name => HeaderNames.Normal(name).Length > 0)) + 1);
    }

    private static void Claim(
        string[][] names, bool[] taken, int[] map, SnapshotLayout layout, List<string> twice, bool whole)
    {
        var known = new Dictionary<string, int>();
        for (var i = 0; i < layout.Columns.Count; i++)
        {
            foreach (var name in NamesOf(layout, layout.Columns[i]))
                known.TryAdd(HeaderNames.Normal(name), i);
        }

        for (var i = 0; i < layout.Columns.Count && !whole; i++)
            known.TryAdd(HeaderNames.Base(layout.Columns[i].Name), i);

        for (var at = 0; at < names.Length; at++)
        {
            if (taken[at])
                continue;
            var columns = names[at]
                .SelectMany(name => whole ? [HeaderNames.Normal(name)] : HeaderNames.Parts(name))
                .Where(known.ContainsKey).Select(name => known[name]).Distinct().ToList();
            if (columns.Count != 1)
                continue; // no name of ours, or two of them at once: not ours to guess
            var column = columns[0];
            if (map[column] < 0)
                map[column] = at;
            else if (whole)
                twice.Add(layout.Columns[column].Name);
            taken[at] = map[column] == at || whole;
        }
    }

    private static IEnumerable<string> NamesOf(SnapshotLayout layout, LayoutColumn column)
    {
        yield return column.Name;
        foreach (var alias in column.Aliases)
            yield return alias;
        if (layout.OpaqueName(column) is { Length: > 0 } opaque)
            yield return opaque;
    }
}
