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

    // A member that moves to another household or person leaves where they were in the history.
    internal const string UpsertSql = """
        with stated as (
            select *
              from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::uuid[], $6::text[], $7::date[], $8::text[],
                          $9::bytea[], $10::bigint[], $11::uuid[])
                   as stated (source_key, person_key, household_ref, relation, name_index, rule, born_on, sex, sealed,
                              version, content_hash)
        ), past as (
            insert into identity.past_member (source_key, household_ref, person_key, relation, valid_from, valid_to)
            select known.source_key, known.household_ref, known.person_key, known.relation
                 , to_timestamp(coalesce(known.since, known.version) / 1000.0), to_timestamp(stated.version / 1000.0)
              from identity.member known
              join stated on stated.source_key = known.source_key
             where known.version < stated.version
               and not known.ended
               and (known.household_ref, known.person_key) is distinct from (stated.household_ref, stated.person_key)
                on conflict do nothing
        )
        insert into identity.member as known
               (source_key, person_key, household_ref, relation, name_index, rule, born_on, sex, sealed, version, content_hash)
        select *
          from stated
            on conflict (source_key) do update
           set since = case when known.ended
                              or (known.household_ref, known.person_key)
                                 is distinct from (excluded.household_ref, excluded.person_key)
                            then excluded.version else coalesce(known.since, known.version) end
             , person_key    = excluded.person_key
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
        with gone as (
            select *
              from unnest($1::uuid[], $2::bigint[]) as gone (source_key, version)
        ), past as (
            insert into identity.past_member (source_key, household_ref, person_key, relation, valid_from, valid_to)
            select known.source_key, known.household_ref, known.person_key, known.relation
                 , to_timestamp(coalesce(known.since, known.version) / 1000.0), to_timestamp(gone.version / 1000.0)
              from identity.member known
              join gone on gone.source_key = known.source_key
             where known.version < gone.version
               and not known.ended
                on conflict do nothing
        )
        update identity.member known
           set ended   = true
             , version = gone.version
             , since   = gone.version
          from gone
         where known.source_key = gone.source_key
           and known.version < gone.version
        """;

    internal const string DerivedSql = """
        insert into identity.derived (derived_key, person_key)
        select *
          from unnest($1, $2)
            on conflict do nothing
        """;

    private const int Columns = 11;

    /// <summary>Keeps the records that are newer than what is known of them, and says which those are.</summary>
    public static async Task<IReadOnlySet<Guid>> Keep(
        HubTransaction work, IReadOnlyCollection<MemberRow> rows, bool probablyNew, CancellationToken cancellationToken)
    {
        if (probablyNew)
        {
            using var encoded = Encode(rows);
            if (await encoded.TryCopy(work, CopySql, cancellationToken))
                return rows.Select(row => row.Record.SourceKey).ToHashSet();
        }

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

    /// <summary>Remembers which whole number each number of fifteen digits would have, for the linkage.</summary>
    public static Task RememberDerived(
        HubTransaction work, IReadOnlyCollection<(Guid Derived, Guid Person)> keys, CancellationToken cancellationToken) =>
        work.Execute(
            DerivedSql,
            [
                Parameter.Column(keys, key => key.Derived, NpgsqlDbType.Uuid),
                Parameter.Column(keys, key => key.Person, NpgsqlDbType.Uuid),
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
