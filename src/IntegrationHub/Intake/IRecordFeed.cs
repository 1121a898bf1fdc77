namespace IntegrationHub.Intake;

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
