using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using IntegrationHub.Database;

namespace IntegrationHub.Audit;

/// <summary>Who did what to what, and when. Detail is JSON of codes and references, never identity.</summary>
public sealed record AuditFact(string Actor, string Action, string Subject, object Detail);

/// <summary>
/// The append-only, hash-chained audit log (R50): each entry's hash covers the one before, so a changed byte, a removed
/// or an inserted row shows. Call it last before commit, because it queues behind every other writer of the chain.
/// </summary>
public static class AuditLog
{
    internal const string HeadSql = """
        select sequence, hash
          from audit.head
           for update
        """;

    internal const string AppendSql = """
        with entry as (
            insert into audit.entry (sequence, at, actor, action, subject, detail, previous_hash, hash)
            values ($1, $2, $3, $4, $5, $6, $7, $8)
            returning sequence, hash
        )
        update audit.head
           set sequence = entry.sequence
             , hash     = entry.hash
          from entry
        """;

    internal const string AllSql = """
        select sequence, at, actor, action, subject, detail, previous_hash, hash
          from audit.entry
         order by sequence
        """;

    internal const string PlainHeadSql = """
        select sequence, hash
          from audit.head
        """;

    public static async Task Append(
        HubTransaction work, AuditFact fact, TimeProvider time, CancellationToken cancellationToken)
    {
        var head = (await work.Query(HeadSql, [], ReadHead, cancellationToken)).Single();
        var entry = new AuditEntry(
            head.Sequence + 1, ToMicroseconds(time.GetUtcNow()), fact.Actor, fact.Action, fact.Subject,
            JsonSerializer.Serialize(fact.Detail, JsonSerializerOptions.Web), head.Hash);
        await work.Execute(
            AppendSql,
            [
                Parameter.As(entry.Sequence), Parameter.Instant(entry.At), Parameter.Text(entry.Actor),
                Parameter.Text(entry.Action), Parameter.Text(entry.Subject), Parameter.Text(entry.Detail),
                Parameter.Bytes(entry.PreviousHash), Parameter.Bytes(entry.ComputeHash()),
            ],
            cancellationToken);
    }

    /// <summary>Recomputes the whole chain. The result names the first entry that does not fit.</summary>
    public static async Task<AuditCheck> Verify(HubTransaction work, CancellationToken cancellationToken)
    {
        var head = (await work.Query(PlainHeadSql, [], ReadHead, cancellationToken)).Single();
        await using var command = work.Command(AllSql);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);

        long last = 0;
        var lastHash = new byte[SHA256.HashSizeInBytes];
        while (await row.ReadAsync(cancellationToken))
        {
            var entry = new AuditEntry(
                row.GetInt64(0), row.GetFieldValue<DateTimeOffset>(1), row.GetString(2), row.GetString(3),
                row.GetString(4), row.GetString(5), row.GetFieldValue<byte[]>(6));
            if (entry.Sequence != last + 1)
                return new AuditCheck(last, $"entry {last + 1} is missing");
            if (!entry.PreviousHash.AsSpan().SequenceEqual(lastHash))
                return new AuditCheck(last, $"entry {entry.Sequence} does not follow entry {last}");
            lastHash = row.GetFieldValue<byte[]>(7);
            if (!lastHash.AsSpan().SequenceEqual(entry.ComputeHash()))
                return new AuditCheck(last, $"entry {entry.Sequence} was changed");
            last = entry.Sequence;
        }

        return head.Sequence == last && head.Hash.AsSpan().SequenceEqual(lastHash)
            ? new AuditCheck(last, null)
            : new AuditCheck(last, $"the chain ends at entry {last}, but its head says {head.Sequence}");
    }

    private static (long Sequence, byte[] Hash) ReadHead(Npgsql.NpgsqlDataReader row) =>
        (row.GetInt64(0), row.GetFieldValue<byte[]>(1));

    // PostgreSQL keeps microseconds; hash what it will give back.
    private static DateTimeOffset ToMicroseconds(DateTimeOffset at) =>
        new(at.UtcTicks - (at.UtcTicks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);
}

/// <summary>How a verification ended: how many entries fit, and what is broken, or null.</summary>
public sealed record AuditCheck(long Entries, string? Broken);

internal sealed record AuditEntry(
    long Sequence, DateTimeOffset At, string Actor, string Action, string Subject, string Detail, byte[] PreviousHash)
{
    public byte[] ComputeHash()
    {
        var text = string.Join('\n', Sequence, At.UtcDateTime.ToString("O"), Actor, Action, Subject, Detail);
        return SHA256.HashData([.. PreviousHash, .. Encoding.UTF8.GetBytes(text)]);
    }
}
