namespace IntegrationHub.Testing.Consents;

/// <summary>
/// What may be told, by a table of the papers that arrived: the newest grant above the last end, cut down by what narrowed
/// it. Written from domain.md and from nothing else; the interleavings hold the hub against it.
/// </summary>
internal sealed class ConsentTable
{
    public const int SensitiveItems = 16;

    /// <summary>The whitelist of the first purpose and of the second.</summary>
    private static readonly int[] s_whitelists = [31, 7];

    private readonly HashSet<ConsentRow> _rows = [];

    /// <summary>A paper arrives; arriving again it says nothing new.</summary>
    public void Tell(ConsentRow row) => _rows.Add(row);

    /// <summary>True if this organisation may be offered this need on this day.</summary>
    public bool MayOffer(int organisation, int purpose, int day) => Standing(purpose, day).Any(row =>
        (row.Actions & 1) != 0 && (row.WholeClass || Names(row, organisation)));

    /// <summary>For each consent that permits it, the items that may go; empty if none does.</summary>
    public Dictionary<string, int> Items(int organisation, int purpose, int day, int asked) => Standing(purpose, day)
        .Where(row => (row.Actions & 2) != 0 && row.Provide && Names(row, organisation))
        .Select(row => (row.Consent, Items: asked & row.Items & s_whitelists[purpose] & (row.Sensitive ? ~0 : ~SensitiveItems)))
        .Where(permit => permit.Items != 0)
        .ToDictionary(permit => permit.Consent, permit => permit.Items);

    private IEnumerable<ConsentRow> Standing(int purpose, int day) =>
        from consent in _rows.GroupBy(row => row.Consent)
        let row = Covered([.. consent])
        where row is not null && (row.Purposes & (1 << purpose)) != 0 && row.From <= day && day <= row.To
        select row;

    private static bool Names(ConsentRow row, int organisation) => (row.Organisations & (1 << organisation)) != 0;

    private static ConsentRow? Covered(IReadOnlyList<ConsentRow> papers)
    {
        var end = papers.Where(row => IsEnd(row, papers)).Select(row => row.Sequence).DefaultIfEmpty(0).Max();
        var grant = papers.Where(row => row.Kind == 'G' && row.Sequence > end && IsFresh(row, papers))
            .MaxBy(row => row.Sequence);
        if (grant is null)
            return null;
        foreach (var later in papers.Where(row => row.Sequence > grant.Sequence).OrderBy(row => row.Sequence))
        {
            grant = later.Kind switch
            {
                'N' => grant with
                {
                    Purposes = grant.Purposes & later.Purposes,
                    Items = grant.Items & later.Items,
                    Organisations = grant.Organisations & later.Organisations,
                    WholeClass = grant.WholeClass && later.WholeClass,
                    Actions = grant.Actions & later.Actions,
                    Sensitive = grant.Sensitive && later.Sensitive,
                    Provide = grant.Provide && later.Provide,
                    From = Math.Max(grant.From, later.From),
                    To = Math.Min(grant.To, later.To),
                },
                'R' => grant with { To = Math.Max(grant.To, later.To) },
                _ => grant,
            };
        }

        return grant;
    }

    // A withdrawal is an end, and so is a number that two papers bear.
    private static bool IsEnd(ConsentRow row, IReadOnlyList<ConsentRow> papers) =>
        row.Kind == 'W' || papers.Any(other => other.Sequence == row.Sequence && other != row);

    // A grant after another or after an end needs evidence that none of them had.
    private static bool IsFresh(ConsentRow grant, IReadOnlyList<ConsentRow> papers) => !papers.Any(before =>
        before.Sequence < grant.Sequence
        && before.Evidence == grant.Evidence
        && (before.Kind == 'G' || IsEnd(before, papers)));
}
