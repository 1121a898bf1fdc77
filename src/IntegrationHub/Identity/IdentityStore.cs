using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Database;
using Npgsql;
using NpgsqlTypes;

namespace IntegrationHub.Identity;

internal sealed record PersonRow(PersonVerdict Verdict, DateOnly? BornOn, string? Sex, byte[] Sealed);

internal sealed record LinkRow(Guid SourceKey, Guid PersonKey, Guid NameIndex, string Rule);

internal sealed record HouseholdRow(HouseholdRecord Record, Guid HeadKey, byte[] Sealed);

internal sealed record MemberRow(MemberRecord Record, Guid PersonKey);

internal sealed record RecognitionRow(RecognitionRecord Record, Guid PersonKey);

internal static class IdentityStore
{
    // Where two records state one number under two names, the lower source key stays and the person is in conflict:
    // decided here and not before, because only here two transactions about one person wait for each other.
    internal const string UpsertPeopleSql = """
        insert into identity.person as known
               (person_key, source_key, name_index, born_on, sex, state, sealed, version, updated_at)
        select person_key, source_key, name_index, born_on, sex, state, sealed, version, $9
          from unnest($1, $2, $3, $4, $5, $6, $7, $8)
            as stated (person_key, source_key, name_index, born_on, sex, state, sealed, version)
            on conflict (person_key) do update
           set state = case when excluded.state = 'CONFLICT'
                              or (known.name_index <> excluded.name_index and known.source_key <> excluded.source_key)
                            then 'CONFLICT' else known.state end
             , source_key = case when excluded.source_key <= known.source_key then excluded.source_key else known.source_key end
             , name_index = case when excluded.source_key <= known.source_key then excluded.name_index else known.name_index end
             , born_on    = case when excluded.source_key <= known.source_key then excluded.born_on else known.born_on end
             , sex        = case when excluded.source_key <= known.source_key then excluded.sex else known.sex end
             , sealed     = case when excluded.source_key <= known.source_key then excluded.sealed else known.sealed end
             , version    = case when excluded.source_key <= known.source_key then excluded.version else known.version end
             , updated_at = excluded.updated_at
        """;

    internal const string UpsertLinksSql = """
        insert into identity.link (source_key, person_key, name_index, rule, linked_at)
        select source_key, person_key, name_index, rule, $5
          from unnest($1, $2, $3, $4) as stated (source_key, person_key, name_index, rule)
            on conflict (source_key) do update
           set person_key = excluded.person_key
             , name_index = excluded.name_index
             , rule       = excluded.rule
             , linked_at  = excluded.linked_at
        """;

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

    internal const string UpsertMembersSql = """
        insert into identity.member as known (source_key, household_ref, person_key, relation, version)
        select *
          from unnest($1, $2, $3, $4, $5)
            on conflict (source_key) do update
           set household_ref = excluded.household_ref
             , person_key    = excluded.person_key
             , relation      = excluded.relation
             , ended         = false
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

    internal const string EndMembersSql = """
        update identity.member
           set ended = true
         where source_key = any ($1)
        """;

    internal const string EndRecognitionsSql = """
        update identity.recognition
           set ended = true
         where source_key = any ($1)
        """;

    internal const string FactsSql = """
        select person_key, state, born_on
          from identity.person
         where person_key = any ($1)
        """;

    internal const string SealedSql = """
        select p.sealed, h.head_key, h.sealed
          from identity.person p
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
         where p.person_key = $1
        """;

    public static Task UpsertPeople(
        HubTransaction work, IReadOnlyCollection<PersonRow> people, DateTimeOffset now, CancellationToken cancellationToken) =>
        work.Execute(
            UpsertPeopleSql,
            [
                Parameter.Column(people, person => person.Verdict.Kept.PersonKey, NpgsqlDbType.Uuid),
                Parameter.Column(people, person => person.Verdict.Kept.SourceKey, NpgsqlDbType.Uuid),
                Parameter.Column(people, person => person.Verdict.Kept.NameIndex, NpgsqlDbType.Uuid),
                Parameter.Column(people, person => person.BornOn, NpgsqlDbType.Date),
                Parameter.Column(people, person => person.Sex, NpgsqlDbType.Text),
                Parameter.Column(people, person => person.Verdict.Conflict ? "CONFLICT" : "OK", NpgsqlDbType.Text),
                Parameter.Column(people, person => person.Sealed, NpgsqlDbType.Bytea),
                Parameter.Column(people, person => person.Verdict.Kept.Version, NpgsqlDbType.Bigint),
                Parameter.Instant(now),
            ],
            cancellationToken);

    public static Task UpsertLinks(
        HubTransaction work, IReadOnlyCollection<LinkRow> links, DateTimeOffset now, CancellationToken cancellationToken) =>
        work.Execute(
            UpsertLinksSql,
            [
                Parameter.Column(links, link => link.SourceKey, NpgsqlDbType.Uuid),
                Parameter.Column(links, link => link.PersonKey, NpgsqlDbType.Uuid),
                Parameter.Column(links, link => link.NameIndex, NpgsqlDbType.Uuid),
                Parameter.Column(links, link => link.Rule, NpgsqlDbType.Text),
                Parameter.Instant(now),
            ],
            cancellationToken);

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

    public static Task UpsertMembers(
        HubTransaction work, IReadOnlyCollection<MemberRow> rows, CancellationToken cancellationToken) =>
        work.Execute(
            UpsertMembersSql,
            [
                Parameter.Column(rows, row => row.Record.SourceKey, NpgsqlDbType.Uuid),
                Parameter.Column(rows, row => row.Record.HouseholdRef, NpgsqlDbType.Text),
                Parameter.Column(rows, row => row.PersonKey, NpgsqlDbType.Uuid),
                Parameter.Column(rows, row => row.Record.Relation, NpgsqlDbType.Text),
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
        await work.Execute(EndMembersSql, [Parameter.As(sourceKeys)], cancellationToken);
        await work.Execute(EndRecognitionsSql, [Parameter.As(sourceKeys)], cancellationToken);
    }

    /// <summary>What a decision may know of these people; who is unknown is left out.</summary>
    public static async Task<Dictionary<Guid, SubjectFacts>> Facts(
        HubTransaction work, IReadOnlyCollection<Guid> people, CancellationToken cancellationToken)
    {
        var rows = await work.Query(
            FactsSql,
            [Parameter.As(people.ToArray())],
            row => new SubjectFacts(row.GetGuid(0), row.GetString(1), row.ValueOrNull<DateOnly>(2)),
            cancellationToken);
        return rows.ToDictionary(facts => facts.PersonKey);
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
