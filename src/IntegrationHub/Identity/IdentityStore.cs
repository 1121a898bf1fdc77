using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Database;
using Npgsql;
using NpgsqlTypes;

namespace IntegrationHub.Identity;

internal sealed record HouseholdRow(HouseholdRecord Record, Guid HeadKey, byte[] Sealed);

internal sealed record RecognitionRow(RecognitionRecord Record, Guid PersonKey);

internal static class IdentityStore
{
    internal const string UpsertHouseholdsSql = """
        insert into identity.household as known
               (source_key, household_ref, head_key, division, member_count, category, sealed, ended, version)
        select *
          from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9)
            on conflict (source_key) do update
           set household_ref = excluded.household_ref
             , head_key      = excluded.head_key
             , division      = excluded.division
             , member_count  = excluded.member_count
             , category      = excluded.category
             , sealed        = excluded.sealed
             , ended         = excluded.ended
             , version       = excluded.version
         where known.version < excluded.version
        """;

    internal const string UpsertRecognitionsSql = """
        insert into identity.recognition as known
               (source_key, person_key, household_ref, recognition_ref, category, recognised_on, ended_on, version)
        select *
          from unnest($1, $2, $3, $4, $5, $6, $7, $8)
            on conflict (source_key) do update
           set person_key      = excluded.person_key
             , household_ref   = excluded.household_ref
             , recognition_ref = excluded.recognition_ref
             , category        = excluded.category
             , recognised_on   = excluded.recognised_on
             , ended_on        = excluded.ended_on
             , ended           = false
             , version         = excluded.version
         where known.version < excluded.version
        """;

    internal const string EndHouseholdsSql = """
        update identity.household
           set ended = true
         where source_key = any ($1)
        """;

    internal const string EndRecognitionsSql = """
        update identity.recognition
           set ended = true
         where source_key = any ($1)
        """;

    internal const string FactsSql = """
        select person_key, source_key, name_index, born_on, ended, version
          from identity.member
         where person_key = any ($1)
        """;

    // Who speaks for the person is PersonFold.Speaker's order.
    internal const string SealedSql = """
        select p.sealed, h.head_key, h.sealed
          from (select sealed
                  from identity.member
                 where person_key = $1
                 order by ended, version desc, source_key
                 limit 1) p
          left join lateral (select head_key, sealed
                               from identity.household
                              where household_ref = $2
                                and not ended
                                and exists (select
                                              from identity.member m
                                             where m.household_ref = $2
                                               and m.person_key = $1
                                               and not m.ended)
                              order by version desc
                              limit 1) h on true
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
            ],
            cancellationToken);

    public static async Task End(HubTransaction work, Guid[] sourceKeys, CancellationToken cancellationToken)
    {
        await work.Execute(EndHouseholdsSql, [Parameter.As(sourceKeys)], cancellationToken);
        await work.Execute(EndRecognitionsSql, [Parameter.As(sourceKeys)], cancellationToken);
    }

    /// <summary>What a decision may know of these people; who is unknown is left out.</summary>
    public static async Task<Dictionary<Guid, SubjectFacts>> Facts(
        HubTransaction work, IReadOnlyCollection<Guid> people, CancellationToken cancellationToken)
    {
        var rows = await work.Query(
            FactsSql,
            [Parameter.As(people.ToArray())],
            row => new PersonStatement(
                row.GetGuid(0), row.GetGuid(1), row.GetGuid(2), row.ValueOrNull<DateOnly>(3), row.GetBoolean(4), row.GetInt64(5)),
            cancellationToken);
        return rows.GroupBy(statement => statement.PersonKey).ToDictionary(same => same.Key, same => PersonFold.Of(same.Key, [.. same]));
    }

    /// <summary>A person's sealed values, with those of the household named, still sealed.</summary>
    public static async Task<SealedSubject?> Sealed(
        HubTransaction work, Guid personKey, string? householdRef, CancellationToken cancellationToken) =>
        (await work.Query(
            SealedSql,
            [Parameter.As(personKey), Parameter.Text(householdRef)],
            (NpgsqlDataReader row) => new SealedSubject(
                personKey, row.GetFieldValue<byte[]>(0), row.ValueOrNull<Guid>(1), row.BytesOrNull(2)),
            cancellationToken)).SingleOrDefault();
}
