namespace IntegrationHub.Benchmarks;

/// <summary>One line of a report: the same work by floor and hub, in one run. Higher is better.</summary>
internal sealed record Figure
{
    /// <summary>A stable name, such as <c>re-sync</c>; the size stands in <see cref="Note"/>.</summary>
    public required string Case { get; init; }

    public required string Unit { get; init; }

    public required double Floor { get; init; }

    public required double Hub { get; init; }

    public double Ratio => Math.Round(Hub / Floor, 3);

    /// <summary>The most memory the hub's process held during the case.</summary>
    public required int RssMb { get; init; }

    public required string Note { get; init; }

    /// <summary>The middle of several repeats, so that one disturbed repeat says nothing.</summary>
    public static double Median(IEnumerable<double> repeats)
    {
        var sorted = repeats.Order().ToList();
        var middle = sorted.Count / 2;
        return sorted.Count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
