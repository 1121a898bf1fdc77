using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Database;
using NpgsqlTypes;

namespace IntegrationHub.Identity;

/// <summary>A member record as it is kept: whose it is, what a decision may know, and its identity sealed.</summary>
internal sealed record MemberRow(MemberRecord Record, Guid PersonKey, Guid NameIndex, string Rule, byte[] Sealed);

/// <summary>
/// Member records, by far the most of all: each is one row, written once, and the row itself is the memory that makes
/// its effect idempotent. New rows go in by COPY; where one of them is known after all, the whole chunk is upserted.
/// </summary>
internal static class MemberStore
{
    internal const string CopySql = """
        copy identity.member (source_key, person_key, household_ref, relation, name_index, rule, born_on, sex, sealed, version, content_hash)
        from stdin (format binary)
        """;

    internal const string UpsertSql = """
        insert into identity.member as known
               (source_key, person_key, household_ref, relation, name_index, rule, born_on, sex, sealed, version, content_hash)
        select *
          from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
            on conflict (source_key) do update
           set person_key    = excluded.person_key
             , household_ref = excluded.household_ref
             , relation      = excluded.relation
             , name_index    = excluded.name_index
             , rule          = excluded.rule
             , born_on       = excluded.born_on
             , sex           = excluded.sex
             , sealed        = excluded.sealed
             , ended         = false
             , version       = excluded.version
             , content_hash  = excluded.content_hash
         where known.version < excluded.version
        returning source_key
        """;

    internal const string KnownSql = """
        select source_key, version, content_hash
          from identity.member
         where source_key = any ($1)
        """;

    internal const string EndSql = """
        update identity.member m
           set ended   = true
             , version = e.version
          from unnest($1, $2) as e (source_key, version)
         where m.source_key = e.source_key
           and m.version < e.version
        """;

    private const int Columns = 11;

    /// <summary>Keeps the records that are newer than what is known of them, and says which those are.</summary>
    public static async Task<IReadOnlySet<Guid>> Keep(
        HubTransaction work, IReadOnlyCollection<MemberRow> rows, bool probablyNew, CancellationToken cancellationToken)
    {
        if (probablyNew && await Encode(rows).TryCopy(work, CopySql, cancellationToken))
            return rows.Select(row => row.Record.SourceKey).ToHashSet();
        var kept = await work.Query(
            UpsertSql,
            [
                Parameter.Column(rows, row => row.Record.SourceKey, NpgsqlDbType.Uuid),
                Parameter.Column(rows, row => row.PersonKey, NpgsqlDbType.Uuid),
                Parameter.Column(rows, row => row.Record.HouseholdRef, NpgsqlDbType.Text),
                Parameter.Column(rows, row => row.Record.Relation, NpgsqlDbType.Text),
                Parameter.Column(rows, row => row.NameIndex, NpgsqlDbType.Uuid),
                Parameter.Column(rows, row => row.Rule, NpgsqlDbType.Text),
                Parameter.Column(rows, row => row.Record.BornOn, NpgsqlDbType.Date),
                Parameter.Column(rows, row => row.Record.Sex, NpgsqlDbType.Text),
                Parameter.Column(rows, row => row.Sealed, NpgsqlDbType.Bytea),
                Parameter.Column(rows, row => row.Record.Version, NpgsqlDbType.Bigint),
                Parameter.Column(rows, row => row.Record.ContentHash, NpgsqlDbType.Uuid),
            ],
            row => row.GetGuid(0),
            cancellationToken);
        return kept.ToHashSet();
    }

    public static async Task<Dictionary<Guid, KnownEffect>> Known(
        HubTransaction work, IEnumerable<Guid> sourceKeys, CancellationToken cancellationToken) =>
        (await work.Query(
            KnownSql, [Parameter.As(sourceKeys.Distinct().ToArray())],
            row => new KnownEffect(row.GetGuid(0), row.GetInt64(1), row.GetGuid(2)),
            cancellationToken)).ToDictionary(effect => effect.SourceKey);

    public static Task End(HubTransaction work, IReadOnlyCollection<EndedRecord> ended, CancellationToken cancellationToken) =>
        work.Execute(
            EndSql,
            [
                Parameter.Column(ended, record => record.SourceKey, NpgsqlDbType.Uuid),
                Parameter.Column(ended, record => record.Version, NpgsqlDbType.Bigint),
            ],
            cancellationToken);

    private static BinaryRows Encode(IReadOnlyCollection<MemberRow> rows)
    {
        var encoded = new BinaryRows(Columns);
        foreach (var row in rows)
        {
            encoded.StartRow().Uuid(row.Record.SourceKey).Uuid(row.PersonKey).Text(row.Record.HouseholdRef).Text(row.Record.Relation)
                .Uuid(row.NameIndex).Text(row.Rule).Date(row.Record.BornOn).Text(row.Record.Sex).Bytes(row.Sealed)
                .Bigint(row.Record.Version).Uuid(row.Record.ContentHash);
        }

        return encoded;
    }
}
