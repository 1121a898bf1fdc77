namespace IntegrationHub.Disclosure;

/// <summary>Items of a release whose value is another now, with the digests of what it is.</summary>
public sealed record CorrectionOrder(IReadOnlyList<string> Items, IReadOnlyList<Guid> Digests);

/// <summary>
/// What of a release must be corrected (P12): items whose value differs from what was given and from what the recipient
/// was last told of. Only digests are compared; no value is kept.
/// </summary>
internal static class CorrectionRules
{
    /// <summary>What is to be corrected now, or null.</summary>
    /// <param name="release">What was given, with its digests.</param>
    /// <param name="standing">Items the recipient has from this release: neither recalled nor given anew since.</param>
    /// <param name="told">Corrections of this release so far, oldest first.</param>
    /// <param name="now">The digests the items have now.</param>
    public static CorrectionOrder? Decide(
        ReleaseRow release, IReadOnlySet<string> standing, IEnumerable<CorrectionRow> told,
        IReadOnlyDictionary<string, Guid> now)
    {
        var known = release.Items.Zip(release.ItemDigests).ToDictionary(pair => pair.First, pair => pair.Second);
        foreach (var correction in told)
        {
            foreach (var (item, digest) in correction.Items.Zip(correction.ItemDigests))
                known[item] = digest;
        }

        var changed = release.Items
            .Where(item => standing.Contains(item) && known.ContainsKey(item) && known[item] != now[item])
            .ToList();
        return changed.Count == 0 ? null : new CorrectionOrder(changed, changed.ConvertAll(item => now[item]));
    }

    /// <summary>
    /// For each release the items its recipient still has from it: what was recalled or given again later is not among
    /// them. The releases of one person to one organisation, in the order they were made.
    /// </summary>
    public static Dictionary<Guid, HashSet<string>> Standing(
        IReadOnlyList<ReleaseRow> releases, ILookup<Guid, RecallRow> recalls)
    {
        var standing = new Dictionary<Guid, HashSet<string>>();
        foreach (var release in releases)
        {
            foreach (var earlier in releases.TakeWhile(one => one != release).Where(one => IsSameCase(one, release)))
                standing[earlier.ReleaseId].ExceptWith(release.Items);
            var recalled = recalls[release.ReleaseId].SelectMany(recall => recall.Items);
            standing[release.ReleaseId] = [.. release.Items.Except(recalled, StringComparer.Ordinal)];
        }

        return standing;
    }

    private static bool IsSameCase(ReleaseRow one, ReleaseRow other) =>
        (one.ReferralId, one.Uscc) == (other.ReferralId, other.Uscc);
}
