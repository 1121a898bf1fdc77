namespace IntegrationHub.Testing.Demo;

/// <summary>What one night was: the element of <c>nights</c> in report.json. The names are promises.</summary>
public sealed record NightReport
{
    public required int Night { get; init; }

    public required DateOnly Date { get; init; }

    /// <summary>From the start of the nightly run to the verified books; the province's own work not counted.</summary>
    public required double Seconds { get; init; }

    public required IReadOnlyList<FileReport> Files { get; init; }

    public required long Offers { get; init; }

    public required long Accepted { get; init; }

    public required long Declined { get; init; }

    public required long Released { get; init; }

    public required long Refused { get; init; }

    public required long AidRecords { get; init; }

    /// <summary>Differences nobody can explain.</summary>
    public required long Differences { get; init; }

    public required IReadOnlyList<ExplainedDifference> Explained { get; init; }

    /// <summary>Messages that stand in Failures after the night.</summary>
    public required long Failures { get; init; }

    /// <summary>"ok", or the problem code of <c>hub verify</c>.</summary>
    public required string Verify { get; init; }
}
