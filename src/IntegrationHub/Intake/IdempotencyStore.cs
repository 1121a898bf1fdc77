using IntegrationHub.Database;

namespace IntegrationHub.Intake;

/// <summary>What an Idempotency-Key says about a request (IETF draft-ietf-httpapi-idempotency-key-header).</summary>
public enum IdempotencyClaim
{
    Fresh,
    Repeat,

    /// <summary>The key was used for another body: the caller has a bug, and nothing is applied.</summary>
    Mismatch,
}

public static class IdempotencyStore
{
    internal const string ClaimSql = """
        insert into intake.idempotency (caller, key, body_hash, received_at)
        values ($1, $2, $3, $4)
            on conflict (caller, key) do nothing
        """;

    internal const string KnownSql = """
        select body_hash
          from intake.idempotency
         where caller = $1
           and key = $2
        """;

    public static async Task<IdempotencyClaim> Claim(
        HubTransaction work, string caller, string key, byte[] bodyHash, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var added = await work.Execute(
            ClaimSql,
            [Parameter.Text(caller), Parameter.Text(key), Parameter.Bytes(bodyHash), Parameter.Instant(now)],
            cancellationToken);
        if (added == 1)
            return IdempotencyClaim.Fresh;
        var known = await work.Query(
            KnownSql, [Parameter.Text(caller), Parameter.Text(key)], row => row.GetFieldValue<byte[]>(0), cancellationToken);
        return known.Single().AsSpan().SequenceEqual(bodyHash) ? IdempotencyClaim.Repeat : IdempotencyClaim.Mismatch;
    }
}
