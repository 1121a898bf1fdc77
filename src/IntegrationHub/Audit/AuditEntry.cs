using System.Text;
using IntegrationHub.Protection;
using Npgsql;

namespace IntegrationHub.Audit;

/// <summary>One entry of the chain, and what its hash must be.</summary>
internal sealed record AuditEntry(
    long Sequence, DateTimeOffset At, string Actor, string Action, string Subject, string Detail, byte[] PreviousHash)
{
    public byte[] ComputeHash(IDigest digest)
    {
        var text = string.Join('\n', Sequence, At.UtcDateTime.ToString("O"), Actor, Action, Subject, Detail);
        return digest.Hash([.. PreviousHash, .. Encoding.UTF8.GetBytes(text)]);
    }
}

/// <summary>The end of the chain, and the digest its next entry will use.</summary>
internal sealed record ChainHead(long Sequence, byte[] Hash, string Digest)
{
    public static ChainHead Read(NpgsqlDataReader row) => new(row.GetInt64(0), row.GetFieldValue<byte[]>(1), row.GetString(2));
}
