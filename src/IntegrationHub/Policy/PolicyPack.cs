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
    public required OfferRules Offer { get; init; }
    public required ShrinkGuard ShrinkGuard { get; init; }
    public required int MissingSnapshotsBeforeEnd { get; init; }
    public required IReadOnlyList<string> UrgentHardships { get; init; }

    /// <summary>Upper bounds in CNY of the bands an amount is told in, ascending.</summary>
    public required IReadOnlyList<decimal> AmountBands { get; init; }

    /// <summary>When records without a deciding id number are taken for one person.</summary>
    public required IdentityRules Identity { get; init; }

    /// <summary>How many days what is kept, by the names of <see cref="RetentionRules"/>; what is left out has its usual period.</summary>
    public IReadOnlyDictionary<string, int> Retention { get; init; } = new Dictionary<string, int>();

    /// <summary>The fields a kind may release (R16); a kind that is not listed releases nothing.</summary>
    public IReadOnlyList<string> WhitelistOf(string kind) =>
        NeedKinds.FirstOrDefault(known => known.Code == kind)?.Whitelist ?? [];

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
