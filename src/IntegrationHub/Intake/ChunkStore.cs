using System.Text.Json;
using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Database;
using IntegrationHub.Protection;

namespace IntegrationHub.Intake;

/// <summary>At most 2,000 changed records that wait to be taken through the stations, opened.</summary>
public sealed record Chunk(Guid ChunkId, Guid? RunId, IReadOnlyList<CanonicalRecord> Records);

/// <summary>How the records of a chunk ended: applied + held + failed = all of them.</summary>
public sealed record ChunkOutcome(int Applied, int Held, int Failed);

public static class ChunkStore
{
    public const int LargestChunk = 2_000;

    internal const string AddSql = """
        insert into intake.chunk (chunk_id, run_id, file_id, number, records, body, state, created_at)
        values ($1, $2, $3, $4, $5, $6, 'WAITING', $7)
        """;

    internal const string ClaimSql = """
        select run_id, body
          from intake.chunk
         where chunk_id = $1
           and state = 'WAITING'
           for update
        """;

    internal const string DoneSql = """
        update intake.chunk
           set state   = 'DONE'
             , body    = null
             , applied = $2
             , held    = $3
             , failed  = $4
             , done_at = $5
         where chunk_id = $1
        """;

    internal const string WaitingSql = """
        select count(*)
          from intake.chunk
         where state = 'WAITING'
        """;

    internal static Task Add(
        HubTransaction work, Guid chunkId, Guid? runId, int? fileId, int number, int records, byte[] body, DateTimeOffset now,
        CancellationToken cancellationToken) =>
        work.Execute(
            AddSql,
            [
                Parameter.As(chunkId), Parameter.Uuid(runId),
                new Npgsql.NpgsqlParameter<int?> { TypedValue = fileId, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Integer },
                Parameter.As(number), Parameter.As(records), Parameter.Bytes(body), Parameter.Instant(now),
            ],
            cancellationToken);

    /// <summary>Sealed as one: until a record is matched to a person there is no person's key to seal it with.</summary>
    internal static byte[] Seal(Keyring keyring, IReadOnlyList<CanonicalRecord> records) =>
        keyring.SealForStore(JsonSerializer.SerializeToUtf8Bytes(records, JsonSerializerOptions.Web));

    /// <summary>The chunk, locked until commit, or null if it was done before.</summary>
    public static async Task<Chunk?> Claim(
        HubTransaction work, Keyring keyring, Guid chunkId, CancellationToken cancellationToken)
    {
        var rows = await work.Query(
            ClaimSql,
            [Parameter.As(chunkId)],
            row => (RunId: row.ValueOrNull<Guid>(0), Body: row.GetFieldValue<byte[]>(1)),
            cancellationToken);
        if (rows.Count == 0)
            return null;
        var records = JsonSerializer.Deserialize<List<CanonicalRecord>>(
            keyring.OpenFromStore(rows[0].Body), JsonSerializerOptions.Web) ?? [];
        return new Chunk(chunkId, rows[0].RunId, records);
    }

    public static Task Done(
        HubTransaction work, Guid chunkId, ChunkOutcome outcome, DateTimeOffset now, CancellationToken cancellationToken) =>
        work.Execute(
            DoneSql,
            [
                Parameter.As(chunkId), Parameter.As(outcome.Applied), Parameter.As(outcome.Held), Parameter.As(outcome.Failed),
                Parameter.Instant(now),
            ],
            cancellationToken);

    public static async Task<long> Waiting(HubTransaction work, CancellationToken cancellationToken) =>
        (await work.Query(WaitingSql, [], row => row.GetInt64(0), cancellationToken)).Single();
}
