namespace IntegrationHub.Referrals;

/// <summary>
/// Whose turn it is (R05): urgent needs go first, but of every ten in a row only so many because they are urgent, so that
/// those behind them move on every night. Whoever has waited long is in the first line too; there the oldest goes first,
/// so that nobody waits for ever even where one offer a night can be made.
/// </summary>
public static class RoutingTurns
{
    /// <summary>A need waiting longer than this goes to the first line whatever its hardship.</summary>
    public const int DaysToTheFirstLine = 30;

    private const int InARow = 10;

    /// <summary>The next needs of both lines, at most so many, in the order of their turn.</summary>
    public static IReadOnlyList<T> Take<T>(IReadOnlyList<T> first, IReadOnlyList<T> others, int firstOfTen, int most)
    {
        var taken = new List<T>(Math.Min(most, first.Count + others.Count));
        var (i, j) = (0, 0);
        while (taken.Count < most && (i < first.Count || j < others.Count))
        {
            var isTheirTurn = taken.Count % InARow < firstOfTen;
            taken.Add(i < first.Count && (isTheirTurn || j == others.Count) ? first[i++] : j < others.Count ? others[j++] : first[i++]);
        }

        return taken;
    }
}
