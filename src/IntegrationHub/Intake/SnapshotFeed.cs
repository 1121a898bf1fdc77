namespace IntegrationHub.Intake;

/// <summary>What a manifest promises about a file (contracts/provincial/csv/README.md).</summary>
public sealed record SnapshotManifest(
    string File, long Rows, string? Sha256, string? Sm3, DateTimeOffset AsOf, int Sequence, int? PreviousSequence);

/// <summary>One snapshot an outside system has ready: a file with its manifest, or the pages of an API.</summary>
public sealed record Snapshot
{
    public required string Name { get; init; }
    public required string Area { get; init; }

    /// <summary>The layout it most likely has.</summary>
    public required SnapshotLayout Layout { get; init; }

    /// <summary>Other layouts of the same source and type it may have; its header decides.</summary>
    public IReadOnlyList<SnapshotLayout> OtherLayouts { get; init; } = [];
    public required RowFormat Format { get; init; }

    /// <summary>True when it holds changes only: a row that is absent says nothing.</summary>
    public bool IsDelta { get; init; }

    /// <summary>Null when the sender has not finished: such a file is held, not read.</summary>
    public SnapshotManifest? Manifest { get; init; }
    public required Func<CancellationToken, Task<Stream>> Open { get; init; }

    /// <summary>Tells the sender that the hub is done with it, and hands over the result file's lines.</summary>
    public required Func<SnapshotResult, CancellationToken, Task> Finish { get; init; }

    /// <summary>True when a row that is absent is missing in the source.</summary>
    internal bool IsWhole => Layout.Snapshot && !IsDelta;
}

/// <summary>What became of a snapshot, for the sender: a row number, a code and a column a line, never a value.</summary>
public sealed record SnapshotResult(string State, string? Code, string? Detail, IReadOnlyList<QuarantinedRow> Rows);

/// <summary>A row that could not be read: 1 is the first data row.</summary>
public sealed record QuarantinedRow(long Row, IReadOnlyList<string> Codes, IReadOnlyList<string> Columns, long Offset, int Length);

/// <summary>A snapshot that can be had: getting it may fail, and then the night goes on without it.</summary>
/// <param name="Name">The file's name, or the name its pages are reported under.</param>
/// <param name="Fetch">Gets it. Throws <see cref="Contracts.HubProblemException"/> when the partner cannot deliver.</param>
public sealed record SnapshotSource(string Name, Func<CancellationToken, Task<Snapshot>> Fetch);

/// <summary>An outside system's supply of snapshots, in the order they should be taken.</summary>
public interface ISnapshotFeed
{
    /// <summary>The system it speaks for; runs are per source.</summary>
    string Source { get; }

    /// <summary>What is there for the night of this day (Asia/Shanghai).</summary>
    IReadOnlyList<SnapshotSource> Offer(DateOnly day);

    /// <summary>The layouts of a type, the likeliest first; empty when the source has no such type.</summary>
    IReadOnlyList<SnapshotLayout> LayoutsOf(string type);

    ISnapshotTranslator TranslatorFor(SnapshotLayout layout);

    /// <summary>Hands a result to the sender for a file that was taken from it on an earlier night.</summary>
    Task Tell(string file, SnapshotResult result, CancellationToken cancellationToken);

    /// <summary>
    /// Deletes the plain copies of files that were taken before this instant; their bytes are in the archive, sealed. Returns
    /// how many there were.
    /// </summary>
    int ForgetTaken(DateTimeOffset before) => 0;
}
