namespace IntegrationHub.Policy;

/// <summary>
/// The rules that may change, as data with a version (R01): the policy is a trial draft, so no rule of it lives in code.
/// Every decision stores <see cref="Version"/>.
/// </summary>
public sealed record PolicyPack
{
    public required string Version { get; init; }
    public required DateOnly EffectiveFrom { get; init; }
    public DateOnly? EffectiveTo { get; init; }
    public required IReadOnlyList<NeedKind> NeedKinds { get; init; }

    /// <summary>What may leave at all, and whose it is (P6). Without the section nothing does.</summary>
    public IReadOnlyList<ItemRule> Items { get; init; } = [];

    /// <summary>What a consent may be for, as a tree (P2).</summary>
    public IReadOnlyList<PurposeRule> Purposes { get; init; } = [];
    public required OfferRules Offer { get; init; }
    public required ShrinkGuard ShrinkGuard { get; init; }
    public required int MissingSnapshotsBeforeEnd { get; init; }
    public required IReadOnlyList<string> UrgentHardships { get; init; }

    /// <summary>Upper bounds in CNY of the bands an amount is told in, ascending.</summary>
    public required IReadOnlyList<decimal> AmountBands { get; init; }

    /// <summary>When records without a deciding id number are taken for one person.</summary>
    public required IdentityRules Identity { get; init; }

    /// <summary>The fields a kind may release (R16); a kind that is not listed releases nothing.</summary>
    public IReadOnlyList<string> WhitelistOf(string kind) =>
        NeedKinds.FirstOrDefault(known => known.Code == kind)?.Whitelist ?? [];

    /// <summary>True if this item is listed and its department allows it to be passed on.</summary>
    public bool MayPassOn(string item) => Items.Any(known => known.Code == item && known.OnwardOk);

    /// <summary>True unless the item is listed as not sensitive: what nobody described needs the separate consent too.</summary>
    public bool IsSensitive(string item) => !Items.Any(known => known.Code == item && !known.Sensitive);

    /// <summary>
    /// True if a consent to this purpose is one to the other: the same, or a narrower one. A purpose that is not in the
    /// tree covers itself only; parents that go in a circle end where they come round.
    /// </summary>
    public bool Covers(string agreed, string asked)
    {
        var purpose = asked;
        for (var steps = 0; steps <= Purposes.Count; steps++)
        {
            if (purpose.Length == 0)
                return false;
            if (purpose == agreed)
                return true;
            purpose = Purposes.FirstOrDefault(known => known.Code == purpose)?.Parent ?? "";
        }

        return false;
    }

    /// <summary>The band an amount falls in, such as <c>1000-5000</c>; an offer never carries the amount itself.</summary>
    public string BandOf(decimal? amount)
    {
        if (amount is not { } value)
            return "unknown";
        var lower = 0m;
        foreach (var upper in AmountBands)
        {
            if (value <= upper)
                return $"{lower:0}-{upper:0}";
            lower = upper;
        }

        return $"{lower:0}+";
    }

    /// <summary>True for the hardships that go first in a queue; it decides nothing else (R05).</summary>
    public bool IsUrgent(string hardship) => UrgentHardships.Contains(hardship);
}

/// <summary>A need kind is a row (R44): its code and the fields that are relevant to it.</summary>
public sealed record NeedKind(string Code, string Name, IReadOnlyList<string> Whitelist);

/// <summary>
/// An item that may leave: the department it comes from, whether that department allows it to be given to a third party,
/// and whether it needs the separate consent to sensitive information.
/// </summary>
public sealed record ItemRule(string Code, string Name, string Provenance, bool OnwardOk, bool Sensitive);

/// <summary>A purpose of a consent and the wider one it is part of.</summary>
public sealed record PurposeRule(string Code, string Name, string? Parent);

/// <summary>How long an organisation has to answer an offer (R24).</summary>
public sealed record OfferRules(int WorkingDaysToAnswer);

/// <summary>
/// Holds a snapshot that shrank too much: an outage upstream looks like a mass exit. Both limits must be passed, because a
/// tenth of a village is a handful and fifty rows of a county are an ordinary night; beyond <paramref name="Outage"/> a
/// few rows are enough (scenario 19).
/// </summary>
public sealed record ShrinkGuard(decimal Ratio, int Rows, decimal Outage = 0.30m)
{
    /// <summary>Below this even a large part is chance.</summary>
    private const int FewRows = 10;

    public bool IsTooFew(long before, long now)
    {
        var lost = before - now;
        return (lost > Rows && lost > before * Ratio) || (lost >= FewRows && lost > before * Outage);
    }
}

/// <summary>
/// The thresholds of the linkage (docs/adr/2611-identity-linkage.md). Scores are bits of odds: 10 is a thousand to one.
/// </summary>
/// <param name="RuleVersion">Stored with every link and every review.</param>
/// <param name="CertainAt">From here a pair that contradicts nowhere is linked by the hub itself.</param>
/// <param name="ReviewAt">From here a pair is shown to a person.</param>
/// <param name="ReviewShare">How many reviews may wait, as a share of the records; rules ask first, then the likeliest pairs.</param>
/// <param name="BlockCap">A group of so many alike candidates is not compared pair by pair but counted.</param>
public sealed record IdentityRules(
    string RuleVersion, double CertainAt, double ReviewAt, double ReviewShare, int BlockCap);
