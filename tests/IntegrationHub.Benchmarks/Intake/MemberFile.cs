namespace IntegrationHub.Benchmarks.Intake;

/// <summary>One day's member file (CY) of an invented province, and what a correct intake must find in it.</summary>
internal sealed record MemberFile
{
    public const string County = "410423";

    public required string Path { get; init; }

    /// <summary>1 or 2: also the sequence number in the manifest.</summary>
    public required int Day { get; init; }

    /// <summary>Rows that were not there the day before; on day one all of them.</summary>
    public required int New { get; init; }

    /// <summary>Rows without the header.</summary>
    public int Rows { get; init; }

    public long Bytes { get; init; }

    /// <summary>Rows whose content differs from the day before.</summary>
    public int Changed { get; init; }

    /// <summary>Rows of the day before that are not in this file.</summary>
    public int Gone { get; init; }
}
