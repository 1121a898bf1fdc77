using IntegrationHub.Contracts;

namespace IntegrationHub.Reconciliation;

/// <summary>What came of asking a partner for its book.</summary>
public abstract record BookAnswer
{
    private BookAnswer() { }

    public sealed record Read(BookReading Book) : BookAnswer;

    /// <summary>The partner did not give it; the code says how.</summary>
    public sealed record Unreadable(string Source, string Code) : BookAnswer;
}

/// <summary>Reads partners' books, outside any transaction: a slow partner must not hold the database.</summary>
public static class BookReader
{
    private const int MostReadings = 3;

    /// <param name="book">The partner's book.</param>
    /// <param name="own">The hub's book as a tree, to read only where the two differ; null to read the whole.</param>
    /// <param name="time">Says when the reading began.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async Task<BookAnswer> Read(
        IPartnerBook book, BookTree? own, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            return new BookAnswer.Read(
                (own is null ? null : await ReadByTree(book, own, time, cancellationToken))
                ?? await ReadWhole(book, time, cancellationToken));
        }
        catch (HubProblemException problem)
        {
            return new BookAnswer.Unreadable(book.Source, problem.Code);
        }
    }

    private static async Task<BookReading?> ReadByTree(
        IPartnerBook book, BookTree own, TimeProvider time, CancellationToken cancellationToken)
    {
        for (var reading = 1; ; reading++)
        {
            var readAt = time.GetUtcNow();
            if (await TreeWalk.Find(own, book, cancellationToken) is not { } found)
                return null;
            if (found.Totals.Count == found.Hashes.Count || reading == MostReadings)
            {
                return new BookReading
                {
                    Source = book.Source,
                    Role = book.Role,
                    ReadAt = readAt,
                    Hashes = found.Hashes,
                    Totals = found.Totals,
                    Within = found.Prefixes,
                    NodesRead = found.NodesRead,
                };
            }
        }
    }

    // Totals and list come from separate calls: a line entered in between shows as a count that does not fit.
    private static async Task<BookReading> ReadWhole(
        IPartnerBook book, TimeProvider time, CancellationToken cancellationToken)
    {
        for (var reading = 1; ; reading++)
        {
            var readAt = time.GetUtcNow();
            var totals = await book.Totals(cancellationToken);
            var hashes = await book.AidHashes(cancellationToken);
            if (totals is null || totals.Count == hashes.Count || reading == MostReadings)
            {
                return new BookReading
                {
                    Source = book.Source,
                    Role = book.Role,
                    ReadAt = readAt,
                    Hashes = hashes,
                    Totals = totals,
                };
            }
        }
    }
}
