using IntegrationHub.Database;
using IntegrationHub.Protection;
using Npgsql;

namespace IntegrationHub.Audit;

/// <summary>How a verification ended: how many entries fit, and what is broken, or null.</summary>
public sealed record AuditCheck(long Entries, string? Broken);

/// <summary>Something signed elsewhere says which hash an entry had.</summary>
/// <param name="Sequence">The entry; 0 for the empty chain.</param>
/// <param name="Hash">Its hash.</param>
/// <param name="Says">Who says so, for the report.</param>
public sealed record ChainMark(long Sequence, byte[] Hash, string Says)
{
    /// <summary>The hash before the first entry.</summary>
    public static readonly ChainMark Beginning = new(0, new byte[32], "the beginning");
}

/// <summary>
/// Recomputes the chain entry by entry, in constant memory, and compares it with the marks it passes: a chain that was
/// written anew from some entry on fits itself, and not what was signed before.
/// </summary>
public static class AuditChain
{
    private const int ReportEvery = 5_000;

    internal const string AfterSql = """
        select sequence, at, actor, action, subject, detail, previous_hash, hash, digest
          from audit.entry
         where sequence > $1
         order by sequence
        """;

    internal const string PlainHeadSql = """
        select sequence, hash, digest
          from audit.head
        """;

    /// <param name="work">The open transaction, of one snapshot.</param>
    /// <param name="from">Where to begin: everything up to there is taken as said.</param>
    /// <param name="marks">What was signed, in the order of the entries.</param>
    /// <param name="progress">Told the entry reached, now and then.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async Task<AuditCheck> Verify(
        HubTransaction work, ChainMark from, IReadOnlyList<ChainMark> marks, IProgress<long>? progress,
        CancellationToken cancellationToken)
    {
        var head = (await work.Query(PlainHeadSql, [], ChainHead.Read, cancellationToken)).Single();
        await using var command = work.Command(AfterSql, Parameter.As(from.Sequence));
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        var walk = new Walk(from, marks);
        while (await row.ReadAsync(cancellationToken))
        {
            if (walk.Step(row) is { } broken)
                return new AuditCheck(walk.Last, broken);
            if (walk.Last % ReportEvery == 0)
                progress?.Report(walk.Last);
        }

        return new AuditCheck(walk.Last, walk.End(head));
    }

    private sealed class Walk
    {
        private readonly IReadOnlyList<ChainMark> _marks;
        private byte[] _hash;
        private int _next;

        public Walk(ChainMark from, IReadOnlyList<ChainMark> marks)
        {
            (Last, _hash, _marks) = (from.Sequence, from.Hash, marks);
            while (_next < marks.Count && marks[_next].Sequence < from.Sequence)
                _next++;
        }

        public long Last { get; private set; }

        public string? Step(NpgsqlDataReader row)
        {
            if (Unmarked() is { } before)
                return before;
            var entry = new AuditEntry(
                row.GetInt64(0), row.GetFieldValue<DateTimeOffset>(1), row.GetString(2), row.GetString(3),
                row.GetString(4), row.GetString(5), row.GetFieldValue<byte[]>(6));
            if (entry.Sequence != Last + 1)
                return $"entry {Last + 1} is missing";
            if (!entry.PreviousHash.AsSpan().SequenceEqual(_hash))
                return $"entry {entry.Sequence} does not follow entry {Last}";
            var hash = row.GetFieldValue<byte[]>(7);
            if (Digests.Find(row.GetString(8)) is not { } digest || !hash.AsSpan().SequenceEqual(entry.ComputeHash(digest)))
                return $"entry {entry.Sequence} was changed";
            (Last, _hash) = (entry.Sequence, hash);
            return null;
        }

        public string? End(ChainHead head) =>
            head.Sequence != Last || !head.Hash.AsSpan().SequenceEqual(_hash)
                ? $"the chain ends at entry {Last}, but its head says {head.Sequence}"
                : Unmarked() ?? (_next < _marks.Count
                    ? $"the chain ends at entry {Last}, but {_marks[_next].Says} was made over {_marks[_next].Sequence}"
                    : null);

        // What the entry just passed must have been.
        private string? Unmarked()
        {
            for (; _next < _marks.Count && _marks[_next].Sequence == Last; _next++)
            {
                if (!_marks[_next].Hash.AsSpan().SequenceEqual(_hash))
                    return $"entry {Last} is not the one {_marks[_next].Says} was made over";
            }

            return null;
        }
    }
}
