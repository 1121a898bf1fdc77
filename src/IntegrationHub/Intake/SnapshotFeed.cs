namespace IntegrationHub.Intake;

/// <summary>What a manifest promises about a file (contracts/provincial/csv/README.md).</summary>
public sealed record SnapshotManifest(
    string File, long Rows, string? Sha256, string? Sm3, DateTimeOffset AsOf, int Sequence, int? PreviousSequence);

/// <summary>One snapshot an outside system has ready: a file with its manifest, or the pages of an API.</summary>
public sealed record Snapshot
{
    public required string Name { get; init; }
    public required string Area { get; init; }
    public required SnapshotLayout Layout { get; init; }
    public required RowFormat Format { get; init; }

    /// <summary>Null when the sender has not finished: such a file is held, not read.</summary>
    public SnapshotManifest? Manifest { get; init; }
    public required Func<CancellationToken, Task<Stream>> Open { get; init; }

    /// <summary>Tells the sender that the hub is done with it, and hands over the result file's lines.</summary>
    public required Func<SnapshotResult, CancellationToken, Task> Finish { get; init; }
}

/// <summary>What became of a snapshot, for the sender: a row number, a code and a column a line, never a value.</summary>
public sealed record SnapshotResult(string State, string? Code, IReadOnlyList<QuarantinedRow> Rows);

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

    ISnapshotTranslator TranslatorFor(string type);
}

/// <summary>An outside system whose records come page by page from a cursor, each page small enough to land at once.</summary>
public interface IRecordFeed
{
    string Source { get; }

    /// <summary>The kinds of records it pages, such as <c>AID</c>.</summary>
    IReadOnlyList<string> Types { get; }

    /// <summary>Pages in order from a cursor, null for the beginning. A page's cursor is kept in the commit that lands the page.</summary>
    IAsyncEnumerable<RecordPage> Pages(string type, string? cursor, CancellationToken cancellationToken);
}

/// <summary>
/// One page: its records, the position after it (null when the next night starts from the beginning), and the positions,
/// from 0, of the items that break the partner's contract.
/// </summary>
public sealed record RecordPage(
    string? Cursor, IReadOnlyList<Contracts.Canonical.CanonicalRecord> Records, IReadOnlyList<int> Malformed);
