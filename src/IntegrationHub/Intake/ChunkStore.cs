using System.Buffers;
using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Database;
using IntegrationHub.Protection;

namespace IntegrationHub.Intake;

/// <summary>At most 2,000 changed records that wait to be taken through the stations, opened.</summary>
/// <param name="ChunkId">Names it in the command that processes it.</param>
/// <param name="RunId">The run that waits for it, if any.</param>
/// <param name="Records">Its records, in the order of their rows.</param>
/// <param name="AllNew">True when no record's row was ever seen before in its stream.</param>
public sealed record Chunk(Guid ChunkId, Guid? RunId, IReadOnlyList<CanonicalRecord> Records, bool AllNew);

/// <summary>A chunk as it is landed, not yet sealed.</summary>
internal sealed record NewChunk(Guid ChunkId, Guid? RunId, int? FileId, int Number, IReadOnlyList<CanonicalRecord> Records, bool AllNew);

/// <summary>How the records of a chunk ended: applied + held + failed = all of them.</summary>
public sealed record ChunkOutcome(int Applied, int Held, int Failed);

public static class ChunkStore
{
    public const int LargestChunk = 2_000;

    internal const string AddSql = """
        insert into intake.chunk (chunk_id, run_id, file_id, number, records, body, all_new, state, created_at)
        values ($1, $2, $3, $4, $5, $6, $7, 'WAITING', $8)
        """;

    internal const string ClaimSql = """
        select run_id, body, all_new
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

    internal const string StatesSql = """
        select chunk_id, state
          from intake.chunk
         where chunk_id = any ($1)
        """;

    /// <summary>Where these chunks stand: WAITING or DONE; those that are gone are left out.</summary>
    internal static async Task<Dictionary<Guid, string>> States(
        HubTransaction work, IReadOnlyCollection<Guid> chunks, CancellationToken cancellationToken) =>
        (await work.Query(
            StatesSql, [Parameter.As(chunks.ToArray())], row => (row.GetGuid(0), row.GetString(1)), cancellationToken))
        .ToDictionary(one => one.Item1, one => one.Item2);

    internal static Task Add(
        HubTransaction work, Keyring keyring, NewChunk chunk, DateTimeOffset now, CancellationToken cancellationToken) =>
        work.Execute(
            AddSql,
            [
                Parameter.As(chunk.ChunkId), Parameter.Uuid(chunk.RunId),
                new Npgsql.NpgsqlParameter<int?> { TypedValue = chunk.FileId, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Integer },
                Parameter.As(chunk.Number), Parameter.As(chunk.Records.Count),
                Parameter.Bytes(ChunkBody.Seal(keyring, chunk.Records)), Parameter.As(chunk.AllNew), Parameter.Instant(now),
            ],
            cancellationToken);

    /// <summary>The chunk, locked until commit, or null if it was done before.</summary>
    public static async Task<Chunk?> Claim(
        HubTransaction work, Keyring keyring, Guid chunkId, CancellationToken cancellationToken)
    {
        var chunks = await work.Query(
            ClaimSql,
            [Parameter.As(chunkId)],
            row => new Chunk(chunkId, row.ValueOrNull<Guid>(0), OpenBody(row, keyring), row.GetBoolean(2)),
            cancellationToken);
        return chunks.SingleOrDefault();
    }

    private static IReadOnlyList<CanonicalRecord> OpenBody(Npgsql.NpgsqlDataReader row, Keyring keyring)
    {
        var length = (int)row.GetBytes(1, 0, null, 0, 0);
        var body = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            row.GetBytes(1, 0, body, 0, length);
            return ChunkBody.Open(keyring, body.AsSpan(0, length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(body);
        }
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
