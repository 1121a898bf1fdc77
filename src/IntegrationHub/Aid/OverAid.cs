using IntegrationHub.Policy;

namespace IntegrationHub.Aid;

/// <summary>What a need costs its person, and since when help counts for it.</summary>
/// <param name="NeedId">The need.</param>
/// <param name="Person">The key that stands for the person.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Cost">What is left after the three insurances, or the amount asked for; null where nobody said or all is not settled (R42).</param>
/// <param name="Since">When it was opened.</param>
public sealed record NeedCost(Guid NeedId, Guid? Person, string Kind, decimal? Cost, DateOnly? Since);

/// <summary>More aid than the need costs. The exact excess is for civil affairs; a charity sees the band (R06).</summary>
public sealed record Excess(Guid NeedId, decimal Remaining, decimal Over, string Band, IReadOnlyList<AidRef> Records);

/// <summary>
/// Whether recorded and planned aid is more than a need costs (R06), pure. A warning with an acknowledgement, never a
/// refusal: how much to give is the charity's own decision (R04).
/// </summary>
public static class OverAid
{
    /// <summary>Null if there is no excess, or nobody knows what the need costs.</summary>
    public static Excess? Of(
        NeedCost need, AidLedger ledger, IReadOnlyCollection<PaymentPair> pairs, decimal planned, Func<decimal?, string> bandOf)
    {
        if (need.Cost is not { } cost)
            return null;
        var (sum, records) = Given(need, ledger, pairs);
        var remaining = cost - sum;
        var over = planned - remaining;
        return over > 0 && (planned > 0 || records.Count > 0)
            ? new Excess(need.NeedId, Math.Max(0, remaining), over, bandOf(over), records)
            : null;
    }

    /// <summary>What was given for a need, each payment once even while it is only suspected to be one.</summary>
    public static (decimal Sum, IReadOnlyList<AidRef> Records) Given(
        NeedCost need, AidLedger ledger, IReadOnlyCollection<PaymentPair> pairs)
    {
        var theirs = ledger.Counting
            .Where(position => position.Net > 0 && IsFor(need, position.Entry))
            .OrderBy(position => position.Ref)
            .ToDictionary(position => position.Ref);
        var twice = pairs.Where(pair => theirs.ContainsKey(pair.Government) && theirs.ContainsKey(pair.Charity))
            .Sum(pair => Math.Min(theirs[pair.Government].Net, theirs[pair.Charity].Net));
        return (theirs.Values.Sum(position => position.Net) - twice, [.. theirs.Keys]);
    }

    private static bool IsFor(NeedCost need, AidEntry entry) =>
        entry.NeedId == need.NeedId
        || (entry.NeedId is null && need.Person is not null && entry.Person == need.Person && entry.Kinds.Contains(need.Kind)
            && !(entry.When.Last < need.Since));
}

/// <summary>Aid above what its level thinks right for the kind and time (R37): told, never stopped.</summary>
public static class AidStandards
{
    public static IReadOnlyList<AidRef> Above(AidLedger ledger, PolicyPack pack, IReadOnlyDictionary<string, string> levels) =>
    [
        .. ledger.Counting.Where(position => position.Entry is { Side: AidSide.Charity, Uscc: { } uscc }
                && levels.TryGetValue(uscc, out var level)
                && position.Entry.Kinds.Any(kind => pack.IsAboveStandard(level, kind, position.Net, position.Entry.When.Last)))
            .Select(position => position.Ref).Order(),
    ];
}
