namespace IntegrationHub.EndToEndTests.Scenarios;

/// <summary>One row as civil affairs would write it: the file type, the county, and the cells by their column names.</summary>
internal sealed record ProvinceRow(string Type, string County, IReadOnlyDictionary<string, string> Cells)
{
    /// <summary>The same row with other words in some cells.</summary>
    public ProvinceRow With(params IEnumerable<(string Column, string Text)> cells)
    {
        var changed = new Dictionary<string, string>(Cells);
        foreach (var (column, text) in cells)
            changed[column] = text;
        return this with { Cells = changed };
    }
}
