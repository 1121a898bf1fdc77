using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Database;
using NpgsqlTypes;

namespace IntegrationHub.Pipeline;

/// <summary>Records that were not let into the stations: which, and under which code. What they said is not kept.</summary>
internal static class HeldRecords
{
    internal const string AddSql = """
        insert into pipeline.held_record (chunk_id, source_key, code, held_at)
        select $1, key, $3, $4
          from unnest($2::uuid[]) as key
            on conflict do nothing
        """;

    public static Task Add(
        HubTransaction work, Guid chunkId, IReadOnlyCollection<CanonicalRecord> held, string code, DateTimeOffset now,
        CancellationToken cancellationToken) =>
        work.Execute(
            AddSql,
            [
                Parameter.As(chunkId), Parameter.Column(held, record => record.SourceKey, NpgsqlDbType.Uuid), Parameter.Text(code),
                Parameter.Instant(now),
            ],
            cancellationToken);
}
