using System.Text.Json;
using IntegrationHub.Contracts;
using IntegrationHub.Database;
using IntegrationHub.Protection;

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
        select sequence, hash, digest
          from audit.head
           for update
        """;

    internal const string AppendSql = """
        with entry as (
            insert into audit.entry (sequence, at, actor, action, subject, detail, previous_hash, hash, digest)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            returning sequence, hash
        )
        update audit.head
           set sequence = entry.sequence
             , hash     = entry.hash
          from entry
        """;

    internal const string SetDigestSql = """
        update audit.head
           set digest = $1
        """;

    public static async Task Append(
        HubTransaction work, AuditFact fact, TimeProvider time, CancellationToken cancellationToken)
    {
        var head = await Head(work, cancellationToken);
        var entry = new AuditEntry(
            head.Sequence + 1, ToMicroseconds(time.GetUtcNow()), fact.Actor, fact.Action, fact.Subject,
            JsonSerializer.Serialize(fact.Detail, JsonSerializerOptions.Web), head.Hash);
        var digest = Digests.Find(head.Digest)
            ?? throw new InvalidOperationException($"The audit chain is told to use {head.Digest}, which this version does not know.");
        await work.Execute(
            AppendSql,
            [
                Parameter.As(entry.Sequence), Parameter.Instant(entry.At), Parameter.Text(entry.Actor),
                Parameter.Text(entry.Action), Parameter.Text(entry.Subject), Parameter.Text(entry.Detail),
                Parameter.Bytes(entry.PreviousHash), Parameter.Bytes(entry.ComputeHash(digest)), Parameter.Text(digest.Name),
            ],
            cancellationToken);
    }

    /// <summary>Recomputes the whole chain. The result names the first entry that does not fit.</summary>
    public static Task<AuditCheck> Verify(HubTransaction work, CancellationToken cancellationToken) =>
        AuditChain.Verify(work, ChainMark.Beginning, [], progress: null, cancellationToken);

    /// <summary>From its next entry on the chain uses another digest; the entry that says so is the first of them.</summary>
    public static async Task ChangeDigest(
        HubTransaction work, string name, string by, string reason, TimeProvider time, CancellationToken cancellationToken)
    {
        if (Digests.Find(name) is not { } digest)
            throw new HubProblemException("audit.digest_unknown", $"There is no digest {name}.", "SHA-256 and SM3 are known.");
        var was = (await Head(work, cancellationToken)).Digest;
        if (was == digest.Name)
            return;
        await work.Execute(SetDigestSql, [Parameter.Text(digest.Name)], cancellationToken);
        var fact = new AuditFact($"operator:{by}", "audit.digest_changed", digest.Name, new { was, now = digest.Name, reason });
        await Append(work, fact, time, cancellationToken);
    }

    /// <summary>The end of the chain, held until the transaction ends: no other entry comes before that.</summary>
    internal static async Task<ChainHead> Head(HubTransaction work, CancellationToken cancellationToken) =>
        (await work.Query(HeadSql, [], ChainHead.Read, cancellationToken)).Single();

    // PostgreSQL keeps microseconds; hash what it will give back.
    private static DateTimeOffset ToMicroseconds(DateTimeOffset at) =>
        new(at.UtcTicks - (at.UtcTicks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);
}
