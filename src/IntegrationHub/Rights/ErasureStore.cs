using IntegrationHub.Database;
using Npgsql;

namespace IntegrationHub.Rights;

/// <summary>An erasure that was asked for and waits for a second person.</summary>
public sealed record ProposedErasure(Guid ErasureId, Guid PersonKey, string ProposedBy, string Reason, DateTimeOffset ProposedAt);

/// <summary>Erasures as stored: who asked, who approved, why, and the proof. No identity.</summary>
public static class ErasureStore
{
    internal const string ProposedSql = """
        select erasure_id, person_key, proposed_by, reason, proposed_at
          from rights.erasure
         where person_key = any ($1)
           and state = 'PROPOSED'
           for update
        """;

    internal const string ProposeSql = """
        insert into rights.erasure (erasure_id, person_key, state, proposed_by, reason, proposed_at)
        values ($1, $2, 'PROPOSED', $3, $4, $5)
            on conflict do nothing
        """;

    internal const string DoneSql = """
        update rights.erasure
           set state       = 'DONE'
             , approved_by = $2
             , approved_at = $3
         where erasure_id = $1
        """;

    internal const string ProvenSql = """
        update rights.erasure
           set proof = $2
         where erasure_id = $1
        """;

    public static async Task<ProposedErasure?> Proposed(
        HubTransaction work, IReadOnlyCollection<Guid> keys, CancellationToken cancellationToken) =>
        (await work.Query(ProposedSql, [Parameter.As(keys.ToArray())], Read, cancellationToken)).FirstOrDefault();

    public static Task Propose(HubTransaction work, ProposedErasure erasure, CancellationToken cancellationToken) => work.Execute(
        ProposeSql,
        [
            Parameter.As(erasure.ErasureId), Parameter.As(erasure.PersonKey), Parameter.Text(erasure.ProposedBy),
            Parameter.Text(erasure.Reason), Parameter.Instant(erasure.ProposedAt),
        ],
        cancellationToken);

    public static Task Done(HubTransaction work, Guid erasureId, string by, DateTimeOffset now, CancellationToken cancellationToken) =>
        work.Execute(DoneSql, [Parameter.As(erasureId), Parameter.Text(by), Parameter.Instant(now)], cancellationToken);

    public static Task Proven(HubTransaction work, Guid erasureId, string proof, CancellationToken cancellationToken) =>
        work.Execute(ProvenSql, [Parameter.As(erasureId), Parameter.Json(proof)], cancellationToken);

    private static ProposedErasure Read(NpgsqlDataReader row) =>
        new(row.GetGuid(0), row.GetGuid(1), row.GetString(2), row.GetString(3), row.GetFieldValue<DateTimeOffset>(4));
}
