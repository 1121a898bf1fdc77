using System.Text.Json.Serialization;

namespace IntegrationHub.Policy;

/// <summary>
/// The rules that may change, as data with a version (R01): the policy is a trial draft, so no rule of it lives in code.
/// Every decision stores <see cref="Version"/>.
/// </summary>
public sealed record PolicyPack
{
    public const string TempAidWindow = "tempAid";

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

    /// <summary>How many days what is kept, by the names of <see cref="RetentionRules"/>; what is left out has its usual period.</summary>
    public IReadOnlyDictionary<string, int> Retention { get; init; } = new Dictionary<string, int>();

    /// <summary>What holds for every kind of need.</summary>
    public ReferralRules Referral { get; init; } = new(Predicate.Always);

    /// <summary>How long temporary aid keeps a person in the target groups (R08).</summary>
    public DayWindow TempAid { get; init; } = new() { WindowMonths = 12, LowerBound = DayWindow.Exclusive };

    /// <summary>The categories there are beside those of the code list (R07).</summary>
    public IReadOnlyList<CategoryRow> Categories { get; init; } = [];

    /// <summary>The amounts thought right for a level, kind and time (R37); more is told, never stopped (R04).</summary>
    public IReadOnlyList<StandardCap> Standards { get; init; } = [];

    /// <summary>How offers go out.</summary>
    public RoutingOrder Routing { get; init; } = new();

    /// <summary>When two aids may be for the same thing.</summary>
    public AidRules Aid { get; init; } = new();

    /// <summary>When two lines are one payment (R03).</summary>
    public DuplicateTolerance DuplicateTolerance { get; init; } = new();

    /// <summary>Counts of people below this are not shown in anything that is passed round (R18).</summary>
    public int SmallCell { get; init; } = 5;

    /// <summary>A source whose newest data are older than so many hours is late (R21).</summary>
    public int FreshnessHours { get; init; } = 26;

    public NeedKind? KindOf(string code) => NeedKinds.FirstOrDefault(kind => kind.Code == code);

    /// <summary>A window rules may name; null when there is none of that name.</summary>
    public DayWindow? WindowOf(string name) => name == TempAidWindow ? TempAid : null;

    /// <summary>Working days an organisation has to answer an offer of this kind (R24).</summary>
    public int WorkingDaysFor(string kind) => KindOf(kind)?.WorkingDaysToAnswer ?? Offer.WorkingDaysToAnswer;

    /// <summary>The amount thought right on a day; null where no standard is set.</summary>
    public decimal? StandardOf(string level, string kind, DateOnly day) => Standards
        .FirstOrDefault(cap => cap.Level == level && cap.Kind == kind && cap.From <= day && !(cap.To < day))?.Cap;

    /// <summary>True if an amount is above the standard: a warning for the giver, never a refusal (R04, R37).</summary>
    public bool IsAboveStandard(string level, string kind, decimal amount, DateOnly day) =>
        amount > StandardOf(level, kind, day);

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

/// <summary>A need kind is a row (R44): what it is called, who it is for, and what may be told of it.</summary>
public sealed record NeedKind(string Code, string Name, IReadOnlyList<string> Whitelist)
{
    /// <summary>What sources call it, beside its code and name.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>Facts without which a need of this kind is not referred (R02, R10, R14).</summary>
    public IReadOnlyList<string> RequiredFields { get; init; } = [];

    /// <summary>Who it is for; a kind that does not say is for nobody.</summary>
    public Predicate? Eligible { get; init; }

    /// <summary>What an official may want to look at; it stops nothing.</summary>
    public IReadOnlyList<Predicate> Advice { get; init; } = [];

    /// <summary>Working days to answer an offer of this kind, where they differ.</summary>
    public int? WorkingDaysToAnswer { get; init; }
}

/// <summary>What holds for a need of any kind before its own rule is asked.</summary>
public sealed record ReferralRules(Predicate Eligible);

/// <summary>A low-income category as a row (R07): a new one needs no new build.</summary>
public sealed record CategoryRow(string Code, string Name)
{
    /// <summary>What sources call it, beside its code and name.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];
}

/// <summary>The amount one level thinks right for one kind of need in a stretch of time (R37). Both days are inside.</summary>
public sealed record StandardCap
{
    public required string Level { get; init; }
    public required string Kind { get; init; }
    public required DateOnly From { get; init; }
    public DateOnly? To { get; init; }

    [JsonNumberHandling(JsonNumberHandling.AllowReadingFromString)]
    public required decimal Cap { get; init; }
}

/// <summary>The order in which needs are offered and organisations are asked.</summary>
public sealed record RoutingOrder
{
    /// <summary>Organisations of the first level are asked before those of the next (R36).</summary>
    public IReadOnlyList<string> Levels { get; init; } = ["COUNTY", "CITY", "PROVINCE"];

    /// <summary>Of ten needs offered in a row, so many at most go first because they are urgent (R05).</summary>
    public int UrgentOfTen { get; init; } = 8;
}

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
