using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Database;
using NpgsqlTypes;

namespace IntegrationHub.Pipeline;

/// <summary>
/// The newest applied state of every source record, for the record's life. Claiming a batch of records is one statement;
/// only what it did not take needs a second look. Members are not here: their own rows hold it (identity.member).
/// </summary>
internal static class EffectStore
{
    internal const string ClaimSql = """
        insert into pipeline.effect as known (source_key, version, content_hash)
        select *
          from unnest($1, $2, $3)
            on conflict (source_key) do update
           set version      = excluded.version
             , content_hash = excluded.content_hash
         where known.version < excluded.version
        returning source_key
        """;

    internal const string KnownSql = """
        select source_key, version, content_hash
          from pipeline.effect
         where source_key = any ($1)
        """;

    // One number for the whole installation: ends of members are rare, and everybody else shares.
    internal const string KeepTurnSql = """
        select pg_advisory_xact_lock_shared(7110011)
        """;

    internal const string EndTurnSql = """
        select pg_advisory_xact_lock(7110011)
        """;

    /// <summary>Waits for one's turn at the members, held until the transaction ends: many who keep some, or one who ends some.</summary>
    public static Task TakeTurn(HubTransaction work, bool alone, CancellationToken cancellationToken) =>
        work.Execute(alone ? EndTurnSql : KeepTurnSql, [], cancellationToken);

    /// <summary>A verdict for each record; records to apply are claimed until commit.</summary>
    public static async Task<Dictionary<CanonicalRecord, EffectVerdict>> Claim(
        HubTransaction work, IReadOnlyList<CanonicalRecord> records, CancellationToken cancellationToken)
    {
        // One state per key and statement: the newest. In key order, so that two transactions never wait for each other.
        var newest = records.GroupBy(record => record.SourceKey)
            .Select(same => same.MaxBy(record => record.Version)!) // a group is never empty
            .OrderBy(record => record.SourceKey)
            .ToList();
        var claimed = (await work.Query(
            ClaimSql,
            [
                Parameter.Column(newest, record => record.SourceKey, NpgsqlDbType.Uuid),
                Parameter.Column(newest, record => record.Version, NpgsqlDbType.Bigint),
                Parameter.Column(newest, record => record.ContentHash, NpgsqlDbType.Uuid),
            ],
            row => row.GetGuid(0),
            cancellationToken)).ToHashSet();

        // By reference: two records may say the same, and comparing them field by field would cost more than the rest.
        var verdicts = new Dictionary<CanonicalRecord, EffectVerdict>(ReferenceEqualityComparer.Instance);
        foreach (var record in newest.Where(record => claimed.Contains(record.SourceKey)))
            verdicts[record] = EffectVerdict.Apply;
        var rest = records.Where(record => !verdicts.ContainsKey(record)).ToList();
        if (rest.Count == 0)
            return verdicts;
        var known = await Known(work, rest.Select(record => record.SourceKey), cancellationToken);
        foreach (var record in rest)
            verdicts[record] = known[record.SourceKey].Against(record);
        return verdicts;
    }

    /// <summary>The newest effects of these records; what never took effect here is left out.</summary>
    public static async Task<Dictionary<Guid, KnownEffect>> Known(
        HubTransaction work, IEnumerable<Guid> sourceKeys, CancellationToken cancellationToken) =>
        (await work.Query(
            KnownSql,
            [Parameter.As(sourceKeys.Distinct().ToArray())],
            row => new KnownEffect(row.GetGuid(0), row.GetInt64(1), row.GetGuid(2)),
            cancellationToken)).ToDictionary(effect => effect.SourceKey);
}
