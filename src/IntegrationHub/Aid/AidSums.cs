namespace IntegrationHub.Aid;

/// <summary>
/// What people got, in CNY, each payment once. Hours and times are no money and are counted beside it (R33).
/// </summary>
/// <param name="Government">Out of the government's book.</param>
/// <param name="Charity">Out of the charities' book, their own money only.</param>
/// <param name="Purchased">Government money carried out by charities, as they reported it.</param>
/// <param name="ToldTwice">What of the government's sum the charities report too.</param>
public sealed record AidSums(decimal Government, decimal Charity, decimal Purchased, decimal ToldTwice)
{
    /// <summary>All money that reached people. What charities carry out for the government stands in its book.</summary>
    public decimal Total => Government + Charity - ToldTwice;

    /// <param name="ledger">The two books as they stand.</param>
    /// <param name="pairs">Payments that stand in both.</param>
    /// <param name="suspectsToo">True where a suspicion counts once until someone has decided (the over-aid check).</param>
    public static AidSums Of(AidLedger ledger, IEnumerable<PaymentPair> pairs, bool suspectsToo = false)
    {
        var net = ledger.Positions.ToDictionary(position => position.Ref);
        var twice = pairs.Where(pair => suspectsToo || pair.Verdict == PairVerdict.Link)
            .Where(pair => net.TryGetValue(pair.Charity, out var charity) && !charity.IsPurchased && net.ContainsKey(pair.Government))
            .Sum(pair => Math.Min(net[pair.Government].Net, net[pair.Charity].Net));
        return new AidSums(
            ledger.Positions.Where(position => position.Entry.Side == AidSide.Government).Sum(position => position.Net),
            ledger.Positions.Where(position => position.Entry.Side == AidSide.Charity && !position.IsPurchased).Sum(position => position.Net),
            ledger.Positions.Where(position => position.Entry.Side == AidSide.Charity && position.IsPurchased).Sum(position => position.Net),
            twice);
    }
}
