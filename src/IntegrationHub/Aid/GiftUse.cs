namespace IntegrationHub.Aid;

/// <summary>A fund or an earmarked gift, and what its giver allowed it for (R38, R46). An empty list allows all.</summary>
public sealed record Gift
{
    public required string FundId { get; init; }
    public required string Uscc { get; init; }

    /// <summary>CNY; null for a fund that is filled again and again.</summary>
    public decimal? Amount { get; init; }
    public IReadOnlyList<string> Areas { get; init; } = [];
    public IReadOnlyList<string> Kinds { get; init; } = [];

    /// <summary>What of it is booked altogether, also for people nobody asks about now.</summary>
    public decimal Used { get; init; }
}

/// <summary>Aid that was not what its fund was given for.</summary>
/// <param name="FundId">The fund it names, or the kind of money where it names none.</param>
/// <param name="Code">A problem code: <c>fund.unknown</c>, <c>fund.outside</c> or <c>fund.overdrawn</c>.</param>
/// <param name="Records">The aid it is about.</param>
public sealed record FundFault(string FundId, string Code, IReadOnlyList<AidRef> Records);

/// <summary>Whether aid keeps to what its money was given for (R38), pure. The aid counts all the same.</summary>
public static class GiftUse
{
    public const string Unknown = "fund.unknown";
    public const string Outside = "fund.outside";
    public const string Overdrawn = "fund.overdrawn";

    public static IReadOnlyList<FundFault> Faults(AidLedger ledger, IReadOnlyCollection<Gift> gifts)
    {
        var known = gifts.ToDictionary(gift => (gift.FundId, gift.Uscc));
        var faults = new List<FundFault>();
        var funded = ledger.Counting
            .Where(position => position.Entry.Side == AidSide.Charity && AidFunding.NeedsFund(position.Entry.Funding))
            .OrderBy(position => position.Ref).ToList();
        foreach (var use in funded)
        {
            if (use.Entry.FundId is not { } fund || !known.TryGetValue((fund, use.Entry.Uscc ?? ""), out var gift))
                faults.Add(new FundFault(use.Entry.FundId ?? use.Entry.Funding, Unknown, [use.Ref]));
            else if (!Allows(gift, use.Entry))
                faults.Add(new FundFault(gift.FundId, Outside, [use.Ref]));
        }

        foreach (var gift in gifts.OrderBy(gift => gift.FundId, StringComparer.Ordinal))
        {
            var used = funded.Where(use => use.Entry.FundId == gift.FundId && use.Entry.Uscc == gift.Uscc).Sum(use => use.Net);
            if (Math.Max(used, gift.Used) > gift.Amount)
                faults.Add(new FundFault($"{gift.Uscc}/{gift.FundId}", Overdrawn, []));
        }

        return faults;
    }

    // Where nobody knows the county, nobody can say that it was another.
    private static bool Allows(Gift gift, AidEntry use) =>
        (gift.Kinds.Count == 0 || use.Kinds.Any(gift.Kinds.Contains))
        && (gift.Areas.Count == 0 || use.County is not { } county
            || gift.Areas.Any(area => county.StartsWith(area, StringComparison.Ordinal)));
}
