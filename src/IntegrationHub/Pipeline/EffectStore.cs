using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Database;
using NpgsqlTypes;

namespace IntegrationHub.Pipeline;

/// <summary>What a source record may do, given what that record already did.</summary>
internal enum EffectVerdict
{
    Apply,

    /// <summary>The same state again, or an older one: nothing is left to do.</summary>
    AlreadyApplied,

    /// <summary>The same version says two things: a person decides which.</summary>
    Conflict,
}

/// <summary>
/// The newest applied state of every source record, for the record's life. Claiming a batch of records is one statement;
/// only what it did not take needs a second look.
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
        var known = (await work.Query(
            KnownSql,
            [Parameter.As(rest.Select(record => record.SourceKey).Distinct().ToArray())],
            row => (Key: row.GetGuid(0), Version: row.GetInt64(1), Hash: row.GetGuid(2)),
            cancellationToken)).ToDictionary(row => row.Key);
        foreach (var record in rest)
            verdicts[record] = Decide(record, known[record.SourceKey].Version, known[record.SourceKey].Hash);
        return verdicts;
    }

    /// <summary>Pure: what an unclaimed record may do against the state that is known.</summary>
    internal static EffectVerdict Decide(CanonicalRecord record, long knownVersion, Guid knownHash) =>
        record.Version == knownVersion && record.ContentHash != knownHash && record is not EndedRecord
            ? EffectVerdict.Conflict
            : EffectVerdict.AlreadyApplied;
}
