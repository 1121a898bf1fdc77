namespace IntegrationHub.Aid;

/// <summary>What a line of aid comes to once everything said about it is known.</summary>
public enum AidStanding
{
    /// <summary>It was given and not taken back.</summary>
    Stands,

    /// <summary>Part of its money came back.</summary>
    PartlyReversed,

    /// <summary>All of it came back, or it was never paid out.</summary>
    Reversed,

    /// <summary>A reversal whose original has not come yet: it takes nothing from anybody until then.</summary>
    AwaitsOriginal,

    /// <summary>A reversal that has done its work on its original.</summary>
    Applied,
}

/// <summary>One line with what became of its money.</summary>
/// <param name="Entry">The newest version of the line.</param>
/// <param name="Standing">Whether it counts.</param>
/// <param name="Net">What is left of its money in CNY, never below zero.</param>
/// <param name="Back">What came back of it.</param>
/// <param name="TooMuchBack">What reversals took beyond what there was: somebody has to look.</param>
public sealed record AidPosition(AidEntry Entry, AidStanding Standing, decimal Net, decimal Back, decimal TooMuchBack)
{
    public AidRef Ref => Entry.Ref;

    /// <summary>True if help was given and stands, in money or not.</summary>
    public bool Counts => Standing is AidStanding.Stands or AidStanding.PartlyReversed;

    /// <summary>Government money carried out by a charity is no money of the charity (scenario 17).</summary>
    public bool IsPurchased => Entry.Funding == AidFunding.GovPurchase;
}

/// <summary>Kinds of money by name (contracts/codes/funding.csv).</summary>
public static class AidFunding
{
    public const string GovBudget = "GOV_BUDGET";
    public const string GovPurchase = "GOV_PURCHASE";
    public const string Earmarked = "CHARITY_EARMARKED";
    public const string Emergency = "EMERGENCY_FUND";
    public const string Named = "NAMED_FUND";

    /// <summary>Money that is given for something: such aid says from which fund (R46).</summary>
    public static bool NeedsFund(string funding) => funding is Earmarked or Emergency or Named;
}

/// <summary>
/// The two books as they stand, pure: whatever order lines came in and however often, the newest version of each counts
/// once, a reversal works on its original whenever that comes, and no money is lost or made.
/// </summary>
public sealed class AidLedger
{
    private AidLedger(IReadOnlyList<AidPosition> positions) => Positions = positions;

    /// <summary>Every line once, in the order of <see cref="AidRef"/>.</summary>
    public IReadOnlyList<AidPosition> Positions { get; }

    public IEnumerable<AidPosition> Counting => Positions.Where(position => position.Counts);

    public static AidLedger Fold(IEnumerable<AidEntry> entries)
    {
        var newest = entries.GroupBy(entry => entry.Ref)
            .Select(same => same.MaxBy(entry => entry.Version)!) // a group is never empty
            .OrderBy(entry => entry.Ref)
            .ToList();
        var known = newest.Where(entry => entry.ReversesId is null).Select(entry => entry.Ref).ToHashSet();
        var reversals = newest.Where(entry => entry.ReversesId is not null)
            .ToLookup(entry => new AidRef(entry.Side, entry.ReversesId!)); // filtered just before
        return new AidLedger([.. newest.Select(entry =>
            entry.ReversesId is { } original
                ? OfReversal(entry, known.Contains(new AidRef(entry.Side, original)))
                : OfAid(entry, [.. reversals[entry.Ref]]))]);
    }

    private static AidPosition OfReversal(AidEntry entry, bool hasOriginal) => new(
        entry, hasOriginal ? AidStanding.Applied : AidStanding.AwaitsOriginal, 0, 0, 0);

    private static AidPosition OfAid(AidEntry entry, List<AidEntry> reversals)
    {
        var paid = entry.Amount ?? 0;
        if (!IsPaid(entry))
            return new AidPosition(entry, AidStanding.Reversed, 0, paid, 0);
        if (reversals.Count == 0)
            return new AidPosition(entry, AidStanding.Stands, paid, 0, 0);
        // What is no money comes back whole or not at all; a reversal of money may say how much.
        var asked = reversals.Sum(reversal => reversal.Amount is { } amount ? Math.Abs(amount) : paid);
        var back = Math.Min(paid, asked);
        var net = paid - back;
        var isAll = net == 0 || reversals.Any(reversal => reversal.Amount is null);
        return new AidPosition(entry, isAll ? AidStanding.Reversed : AidStanding.PartlyReversed, net, back, asked - back);
    }

    private static bool IsPaid(AidEntry entry) => entry.Status is "PAID" or "PAID_LATE";
}
