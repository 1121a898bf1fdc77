using IntegrationHub.Policy;

namespace IntegrationHub.Aid;

/// <summary>All that is known of some people's aid and needs, ready to be judged in memory.</summary>
public sealed record AidCase
{
    public required IReadOnlyList<AidEntry> Entries { get; init; }
    public IReadOnlyList<NeedCost> Needs { get; init; } = [];
    public IReadOnlyList<StagedNeed> Stages { get; init; } = [];
    public IReadOnlyList<PairRuling> Rulings { get; init; } = [];
    public IReadOnlySet<(AidRef, AidRef)> Complements { get; init; } = new HashSet<(AidRef, AidRef)>();
    public IReadOnlyList<Gift> Gifts { get; init; } = [];

    /// <summary>Level of each charity that gave.</summary>
    public IReadOnlyDictionary<string, string> Levels { get; init; } = new Dictionary<string, string>();
}

/// <summary>A need for schooling with its stage (R41).</summary>
public sealed record StagedNeed(Guid NeedId, Guid Person, string Stage, DateOnly Day);

/// <summary>What comes out of looking at an <see cref="AidCase"/>.</summary>
public sealed record AidFindings(AidLedger Ledger, IReadOnlyList<PaymentPair> Pairs, IReadOnlyList<AidAlert> Alerts);

/// <summary>Judges some people's aid as a whole, pure: one payment or two, twice for the same, more than it costs, not from this fund.</summary>
public static class AidReviewRules
{
    public const string DuplicateCode = "aid.duplicate";
    public const string OverAidCode = "aid.over_need";
    public const string OverStandardCode = "aid.over_standard";
    public const string StageCode = "need.stage_contradiction";
    public const string TooMuchBackCode = "aid.reversal_too_large";

    public static AidFindings Judge(AidCase known, PolicyPack pack)
    {
        var ledger = AidLedger.Fold(known.Entries);
        var pairs = SamePayment.Match(ledger.Positions, pack.DuplicateTolerance, pack.Aid.Payers, known.Rulings);
        var people = ledger.Positions.ToDictionary(position => position.Ref, position => position.Entry.Person);
        return new AidFindings(
            ledger, pairs,
            [
                .. DuplicateAid.Find(ledger, pairs, known.Complements, pack.Aid).Select(found => OfDuplicate(found, people)),
                .. known.Needs.Select(need => (Need: need, Excess: OverAid.Of(need, ledger, pairs, 0, amount => pack.BandOf(amount))))
                    .Where(one => one.Excess is not null)
                    .Select(one => OfExcess(one.Need, one.Excess!)), // filtered just before
                .. AidStandards.Above(ledger, pack, known.Levels).Select(record => OfRecord(AlertType.OverAid, OverStandardCode, record, people)),
                .. GiftUse.Faults(ledger, known.Gifts).Select(fault => OfFund(fault, people)),
                .. ledger.Positions.Where(position => position.TooMuchBack > 0)
                    .Select(position => OfRecord(AlertType.Conflict, TooMuchBackCode, position.Ref, people)),
                .. Contradictions(known.Stages),
            ]);
    }

    /// <summary>The alert there is or would be about a gift of which more was used than given.</summary>
    public static Guid FundAlertId(string fund) => AidAlert.IdOf(AlertType.Conflict, GiftUse.Overdrawn, fund);

    private static AidAlert OfDuplicate(DuplicateSuspicion found, Dictionary<AidRef, Guid?> people) => new()
    {
        AlertId = AidAlert.IdOf(AlertType.Duplicate, DuplicateCode, $"{found.First}|{found.Second}"),
        Type = AlertType.Duplicate,
        Code = DuplicateCode,
        Person = people[found.First] ?? people[found.Second],
        Kind = found.Kind,
        Records = [found.First, found.Second],
    };

    private static AidAlert OfExcess(NeedCost need, Excess excess) => new()
    {
        AlertId = AidAlert.IdOf(AlertType.OverAid, OverAidCode, $"{need.NeedId}"),
        Type = AlertType.OverAid,
        Code = OverAidCode,
        Person = need.Person,
        NeedId = need.NeedId,
        Kind = need.Kind,
        Records = excess.Records,
        Excess = excess.Over,
        Band = excess.Band,
    };

    private static AidAlert OfRecord(string type, string code, AidRef record, Dictionary<AidRef, Guid?> people) => new()
    {
        AlertId = AidAlert.IdOf(type, code, $"{record}"),
        Type = type,
        Code = code,
        Person = people[record],
        Records = [record],
    };

    // A fund overdrawn is about the fund and not about the one who happens to be looked at.
    private static AidAlert OfFund(FundFault fault, Dictionary<AidRef, Guid?> people) => new()
    {
        AlertId = fault.Code == GiftUse.Overdrawn
            ? FundAlertId(fault.FundId)
            : AidAlert.IdOf(AlertType.Conflict, fault.Code, $"{fault.Records[0]}"),
        Type = AlertType.Conflict,
        Code = fault.Code,
        Person = fault.Code == GiftUse.Overdrawn ? null : people[fault.Records[0]],
        Records = fault.Records,
    };

    private static IEnumerable<AidAlert> Contradictions(IReadOnlyList<StagedNeed> needs) =>
        from one in needs
        from other in needs
        where one.Person == other.Person && one.NeedId.CompareTo(other.NeedId) < 0
            && SchoolYear.Contradicts((one.Day, one.Stage), (other.Day, other.Stage))
        select new AidAlert
        {
            AlertId = AidAlert.IdOf(AlertType.Conflict, StageCode, $"{one.NeedId}|{other.NeedId}"),
            Type = AlertType.Conflict,
            Code = StageCode,
            Person = one.Person,
            NeedId = one.NeedId,
            Records = [],
        };
}
