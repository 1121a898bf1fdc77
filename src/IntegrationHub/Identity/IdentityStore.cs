using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Database;
using Npgsql;
using NpgsqlTypes;

namespace IntegrationHub.Identity;

internal sealed record HouseholdRow(HouseholdRecord Record, Guid HeadKey, byte[] Sealed, Guid? PhoneIndex);

internal sealed record RecognitionRow(RecognitionRecord Record, Guid PersonKey);

internal static class IdentityStore
{
    // A household that gets another head, place or category, or ends, leaves what it was in the history. Rows that are
    // new find nothing to join and pay nothing.
    internal const string UpsertHouseholdsSql = """
        with stated as (
            select *
              from unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[], $5::integer[], $6::text[], $7::bytea[], $8::boolean[],
                          $9::bigint[], $10::uuid[])
                   as stated (source_key, household_ref, head_key, division, member_count, category, sealed, ended, version,
                              phone_index)
        ), past as (
            insert into identity.past_household (
                   source_key, household_ref, head_key, division, category, valid_from, valid_to)
            select known.source_key, known.household_ref, known.head_key, known.division, known.category
                 , to_timestamp(coalesce(known.since, known.version) / 1000.0), to_timestamp(stated.version / 1000.0)
              from identity.household known
              join stated on stated.source_key = known.source_key
             where known.version < stated.version
               and not known.ended
               and (known.household_ref, known.head_key, known.division, known.category, known.ended)
                   is distinct from (stated.household_ref, stated.head_key, stated.division, stated.category, stated.ended)
                on conflict do nothing
        )
        insert into identity.household as known
               (source_key, household_ref, head_key, division, member_count, category, sealed, ended, version, phone_index)
        select *
          from stated
            on conflict (source_key) do update
           set since = case when (known.household_ref, known.head_key, known.division, known.category, known.ended)
                                 is distinct from (excluded.household_ref, excluded.head_key, excluded.division,
                                                   excluded.category, excluded.ended)
                            then excluded.version else coalesce(known.since, known.version) end
             , household_ref = excluded.household_ref
             , head_key      = excluded.head_key
             , division      = excluded.division
             , member_count  = excluded.member_count
             , category      = excluded.category
             , sealed        = excluded.sealed
             , ended         = excluded.ended
             , version       = excluded.version
             , phone_index   = excluded.phone_index
         where known.version < excluded.version
        """;

    internal const string UpsertRecognitionsSql = """
        with stated as (
            select *
              from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::date[], $7::date[], $8::bigint[],
                          $9::text[])
                   as stated (source_key, person_key, household_ref, recognition_ref, category, recognised_on, ended_on,
                              version, support_mode)
        ), past as (
            insert into identity.past_recognition (
                   source_key, person_key, household_ref, recognition_ref, category, recognised_on, ended_on, valid_from,
                   valid_to)
            select known.source_key, known.person_key, known.household_ref, known.recognition_ref, known.category
                 , known.recognised_on, known.ended_on, to_timestamp(coalesce(known.since, known.version) / 1000.0)
                 , to_timestamp(stated.version / 1000.0)
              from identity.recognition known
              join stated on stated.source_key = known.source_key
             where known.version < stated.version
               and not known.ended
               and (known.person_key, known.household_ref, known.category, known.recognised_on, known.ended_on)
                   is distinct from
                   (stated.person_key, stated.household_ref, stated.category, stated.recognised_on, stated.ended_on)
                on conflict do nothing
        )
        insert into identity.recognition as known
               (source_key, person_key, household_ref, recognition_ref, category, recognised_on, ended_on, version, support_mode)
        select *
          from stated
            on conflict (source_key) do update
           set since = case when known.ended
                              or (known.person_key, known.household_ref, known.category, known.recognised_on, known.ended_on)
                                 is distinct from (excluded.person_key, excluded.household_ref, excluded.category,
                                                   excluded.recognised_on, excluded.ended_on)
                            then excluded.version else coalesce(known.since, known.version) end
             , person_key      = excluded.person_key
             , household_ref   = excluded.household_ref
             , recognition_ref = excluded.recognition_ref
             , category        = excluded.category
             , recognised_on   = excluded.recognised_on
             , support_mode    = excluded.support_mode
             , ended_on        = excluded.ended_on
             , ended           = false
             , version         = excluded.version
         where known.version < excluded.version
        """;

    internal const string EndHouseholdsSql = """
        with gone as (
            select *
              from unnest($1::uuid[], $2::bigint[]) as gone (source_key, version)
        ), past as (
            insert into identity.past_household (
                   source_key, household_ref, head_key, division, category, valid_from, valid_to)
            select known.source_key, known.household_ref, known.head_key, known.division, known.category
                 , to_timestamp(coalesce(known.since, known.version) / 1000.0), to_timestamp(gone.version / 1000.0)
              from identity.household known
              join gone on gone.source_key = known.source_key
             where not known.ended
                on conflict do nothing
        )
        update identity.household known
           set ended = true
             , since = gone.version
          from gone
         where known.source_key = gone.source_key
           and not known.ended
        """;

    internal const string EndRecognitionsSql = """
        with gone as (
            select *
              from unnest($1::uuid[], $2::bigint[]) as gone (source_key, version)
        ), past as (
            insert into identity.past_recognition (
                   source_key, person_key, household_ref, recognition_ref, category, recognised_on, ended_on, valid_from,
                   valid_to)
            select known.source_key, known.person_key, known.household_ref, known.recognition_ref, known.category
                 , known.recognised_on, known.ended_on, to_timestamp(coalesce(known.since, known.version) / 1000.0)
                 , to_timestamp(gone.version / 1000.0)
              from identity.recognition known
              join gone on gone.source_key = known.source_key
             where not known.ended
                on conflict do nothing
        )
        update identity.recognition known
           set ended = true
             , since = gone.version
          from gone
         where known.source_key = gone.source_key
           and not known.ended
        """;

    public static Task UpsertHouseholds(
        HubTransaction work, IReadOnlyCollection<HouseholdRow> rows, CancellationToken cancellationToken) =>
        work.Execute(
            UpsertHouseholdsSql,
            [
                Parameter.Column(rows, row => row.Record.SourceKey, NpgsqlDbType.Uuid),
                Parameter.Column(rows, row => row.Record.HouseholdRef, NpgsqlDbType.Text),
                Parameter.Column(rows, row => row.HeadKey, NpgsqlDbType.Uuid),
                Parameter.Column(rows, row => row.Record.Division, NpgsqlDbType.Text),
                Parameter.Column(rows, row => row.Record.MemberCount, NpgsqlDbType.Integer),
                Parameter.Column(rows, row => row.Record.Category, NpgsqlDbType.Text),
                Parameter.Column(rows, row => row.Sealed, NpgsqlDbType.Bytea),
                Parameter.Column(rows, row => row.Record.Ended, NpgsqlDbType.Boolean),
                Parameter.Column(rows, row => row.Record.Version, NpgsqlDbType.Bigint),
                Parameter.Column(rows, row => row.PhoneIndex, NpgsqlDbType.Uuid),
            ],
            cancellationToken);

    public static Task UpsertRecognitions(
        HubTransaction work, IReadOnlyCollection<RecognitionRow> rows, CancellationToken cancellationToken) =>
        work.Execute(
            UpsertRecognitionsSql,
            [
                Parameter.Column(rows, row => row.Record.SourceKey, NpgsqlDbType.Uuid),
                Parameter.Column(rows, row => row.PersonKey, NpgsqlDbType.Uuid),
                Parameter.Column(rows, row => row.Record.HouseholdRef, NpgsqlDbType.Text),
                Parameter.Column(rows, row => row.Record.RecognitionRef, NpgsqlDbType.Text),
                Parameter.Column(rows, row => row.Record.Category, NpgsqlDbType.Text),
                Parameter.Column(rows, row => row.Record.RecognisedOn, NpgsqlDbType.Date),
                Parameter.Column(rows, row => row.Record.EndedOn, NpgsqlDbType.Date),
                Parameter.Column(rows, row => row.Record.Version, NpgsqlDbType.Bigint),
                Parameter.Column(rows, row => row.Record.SupportMode, NpgsqlDbType.Text),
            ],
            cancellationToken);

    public static async Task End(
        HubTransaction work, IReadOnlyCollection<EndedRecord> ended, CancellationToken cancellationToken)
    {
        NpgsqlParameter[] Columns() =>
        [
            Parameter.Column(ended, record => record.SourceKey, NpgsqlDbType.Uuid),
            Parameter.Column(ended, record => record.Version, NpgsqlDbType.Bigint),
        ];
        await work.Execute(EndHouseholdsSql, Columns(), cancellationToken);
        await work.Execute(EndRecognitionsSql, Columns(), cancellationToken);
    }
}
