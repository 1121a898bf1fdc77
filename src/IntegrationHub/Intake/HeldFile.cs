namespace IntegrationHub.Intake;

/// <summary>A file that was held, as an official sees and decides it.</summary>
public sealed record HeldFile
{
    public required int FileId { get; init; }
    public required Guid RunId { get; init; }
    public required string Source { get; init; }
    public required string Area { get; init; }
    public required string Name { get; init; }
    public required string Type { get; init; }

    /// <summary>HELD, RELEASING, RELEASED or REJECTED.</summary>
    public required string State { get; init; }

    /// <summary>The check that held it.</summary>
    public required string Code { get; init; }
    public string? Detail { get; init; }
    public required long Rows { get; init; }

    /// <summary>Rows of the last snapshot that was applied.</summary>
    public required long LastRows { get; init; }
    public required DateTimeOffset AsOf { get; init; }
    public required DateTimeOffset ReceivedAt { get; init; }
    public string? DecidedBy { get; init; }
    public DateTimeOffset? DecidedAt { get; init; }
    public string? DecisionReason { get; init; }
    public string? Layout { get; init; }
    /// <summary>Checks answered for by earlier decisions, when the file was still held for another.</summary>
    public IReadOnlyList<string> Answered { get; init; } = [];
    internal string Digest { get; init; } = "";
    internal string ArchiveRef { get; init; } = "";
    internal RowFormat Format { get; init; }
    internal bool IsDelta { get; init; }
    internal SnapshotManifest? Manifest { get; init; }
}
