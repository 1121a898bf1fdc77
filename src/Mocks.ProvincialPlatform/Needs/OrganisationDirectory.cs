namespace Mocks.ProvincialPlatform.Needs;

/// <summary>The directory of charity organisations, read once at start.</summary>
internal sealed class OrganisationDirectory(IReadOnlyList<Organisation> organisations)
{
    public static OrganisationDirectory Read(string path)
    {
        var lines = File.ReadAllLines(path);
        var header = lines[0].TrimStart('\uFEFF').Split(',');
        var (uscc, status) = (Array.IndexOf(header, "uscc"), Array.IndexOf(header, "status"));
        var (scopes, areas) = (Array.IndexOf(header, "scopes"), Array.IndexOf(header, "areas"));
        var rows = lines.Skip(1).Where(line => line.Length > 0).Select(line => line.Split(','));
        return new([.. rows.Select(cells => new Organisation(
            cells[uscc], cells[status] == "NORMAL", cells[scopes].Split('|'), cells[areas].Split('|')))]);
    }

    /// <summary>Who may be named for all of these kinds in this division, normal ones first.</summary>
    public IReadOnlyList<Organisation> Eligible(IReadOnlyCollection<string> kinds, string division) =>
        [.. organisations
            .Where(organisation => kinds.All(kind => organisation.Covers(kind, division)))
            .OrderByDescending(organisation => organisation.IsNormal)];

    public bool Covers(string uscc, string kind, string division) =>
        organisations.Any(organisation => organisation.Uscc == uscc && organisation.Covers(kind, division));
}
