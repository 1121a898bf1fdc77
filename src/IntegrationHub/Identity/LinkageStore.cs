using IntegrationHub.Database;
using Npgsql;

namespace IntegrationHub.Identity;

/// <summary>One name of one person key, as a member of a block; most keys have one.</summary>
internal readonly record struct Face(Guid PersonKey, Guid NameIndex);

/// <summary>Records that agree in what groups them; null faces where there are too many to compare pair by pair.</summary>
internal sealed record Block(long Count, Face[]? Faces, bool[]? Changed, bool[]? Unsettled);

/// <summary>
/// What the linkage reads. Blocks are made by the database, set by set, so that the work grows with the records and
/// never with their pairs; a record changed if a transaction wrote it that the last run had not seen.
/// </summary>
internal static class LinkageStore
{
    private const long LinkageLock = 7_110_004;

    private const string Collected = """
        count(*)
             , case when count(*) <= $2 then array_agg(person_key) end
             , case when count(*) <= $2 then array_agg(name_index) end
             , case when count(*) <= $2 then array_agg(changed) end
             , case when count(*) <= $2 then array_agg(unsettled) end
        """;

    private const string Marks = """
        bool_or(age(m.xmin) <= $1) as changed
                     , bool_or(not starts_with(m.rule, 'SAME_ID')) as unsettled
        """;

    internal const string LockSql = """
        select pg_advisory_xact_lock($1::bigint)
        """;

    internal const string NowSql = """
        select pg_current_xact_id()::text::bigint, pg_snapshot_xmin(pg_current_snapshot())::text::bigint
        """;

    internal const string LastSql = """
        select read_through
          from identity.linkage
         order by linkage_id desc
         limit 1
        """;

    internal const string RecordsSql = """
        select count(*)
          from identity.member
        """;

    internal const string ByNameAndBirthSql = $"""
        select {Collected}
          from (select m.person_key, m.name_index, m.born_on
                     , {Marks}
                  from identity.member m
                 where m.born_on is not null
                 group by m.person_key, m.name_index, m.born_on) face
         group by name_index, born_on
        having count(*) > 1
           and bool_or(changed)
        """;

    internal const string ByHouseholdAndNameSql = $"""
        select {Collected}
          from (select m.person_key, m.name_index, m.household_ref
                     , {Marks}
                  from identity.member m
                 group by m.person_key, m.name_index, m.household_ref) face
         group by household_ref, name_index
        having count(*) > 1
           and bool_or(changed)
        """;

    internal const string ByHouseholdAndBirthSql = $"""
        select {Collected}
          from (select m.person_key, m.name_index, m.household_ref, m.born_on
                     , {Marks}
                  from identity.member m
                 where (m.household_ref, m.born_on) in (select u.household_ref, u.born_on
                                                          from identity.member u
                                                         where not starts_with(u.rule, 'SAME_ID'))
                 group by m.person_key, m.name_index, m.household_ref, m.born_on) face
         group by household_ref, born_on
        having count(*) > 1
           and bool_or(changed)
        """;

    internal const string ByNameSql = $"""
        select {Collected}
          from (select m.person_key, m.name_index
                     , {Marks}
                  from identity.member m
                 where m.name_index in (select u.name_index
                                          from identity.member u
                                         where not starts_with(u.rule, 'SAME_ID'))
                 group by m.person_key, m.name_index) face
         group by name_index
        having count(*) > 1
           and bool_or(changed)
        """;

    internal const string ByBirthAndCountySql = $"""
        select {Collected}
          from (select m.person_key, m.name_index, m.born_on, m.sex, left(h.division, 6) as county
                     , {Marks}
                  from identity.member m
                  join identity.household h on h.household_ref = m.household_ref
                 where (m.born_on, m.sex) in (select u.born_on, u.sex
                                                from identity.member u
                                               where not starts_with(u.rule, 'SAME_ID'))
                 group by m.person_key, m.name_index, m.born_on, m.sex, left(h.division, 6)) face
         group by born_on, sex, county
        having count(*) > 1
           and bool_or(changed)
        """;

    internal const string ByPhoneAndNameSql = $"""
        select {Collected}
          from (select m.person_key, m.name_index, h.phone_index
                     , {Marks}
                  from identity.member m
                  join identity.household h on h.household_ref = m.household_ref
                 where h.phone_index is not null
                   and m.name_index in (select u.name_index
                                          from identity.member u
                                         where not starts_with(u.rule, 'SAME_ID'))
                 group by m.person_key, m.name_index, h.phone_index) face
         group by phone_index, name_index
        having count(*) > 1
           and bool_or(changed)
        """;

    internal const string ContestedSql = """
        select m.person_key
          from identity.member m
         where not m.ended
         group by m.person_key
        having count(distinct m.name_index) > 1
           and bool_or(age(m.xmin) <= $1)
        """;

    internal const string DerivedSql = """
        select d.derived_key, d.person_key
          from identity.derived d
         where not exists (select
                             from identity.alias a
                            where a.alias_key = d.derived_key)
         order by d.derived_key
        """;

    internal const string ChangedLinksSql = """
        select a.alias_key
          from identity.alias a
         where a.automatic
           and exists (select
                         from identity.member m
                        where m.person_key in (a.alias_key, a.into_key)
                          and age(m.xmin) <= $1)
        """;

    internal const string TwoCountiesSql = """
        select m.person_key, array_agg(distinct left(h.division, 6))
          from identity.member m
          join identity.household h on h.household_ref = m.household_ref and not h.ended
         where not m.ended
           and starts_with(m.rule, 'SAME_ID')
         group by m.person_key
        having count(distinct left(h.division, 6)) > 1
           and (bool_or(age(m.xmin) <= $1) or bool_or(age(h.xmin) <= $1))
        """;

    internal const string CountiesOfSql = """
        select m.person_key, left(h.division, 6)
          from identity.member m
          join identity.household h on h.household_ref = m.household_ref and not h.ended
         where not m.ended
           and m.person_key = any ($1)
        """;

    internal const string WholeSql = """
        select distinct person_key
          from identity.member
         where person_key = any ($1)
           and starts_with(rule, 'SAME_ID')
        """;

    internal const string SampleSql = """
        select person_key, name_index
          from identity.member
         order by source_key
         limit $1
        """;

    internal const string NamesakesSql = """
        select name_index, count(distinct person_key)
          from identity.member
         where name_index = any ($1)
         group by name_index
        """;

    internal const string PhoneSharesSql = """
        select phone_index, count(*)
          from identity.household
         where phone_index = any ($1)
         group by phone_index
        """;

    internal const string SaveSql = """
        insert into identity.linkage (
               read_through, people, pairs, links, reviews, deferred, blocks_over, rule_version, model, at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        """;

    /// <summary>The ways two records may be found alike; a pair that none of them brings together is never compared.</summary>
    public static IReadOnlyList<(string Sql, bool OnlyUnsettled)> Blocks { get; } =
    [
        (ByNameAndBirthSql, false),
        (ByHouseholdAndNameSql, false),
        (ByHouseholdAndBirthSql, true),
        (ByNameSql, true),
        (ByBirthAndCountySql, true),
        (ByPhoneAndNameSql, true),
    ];

    /// <summary>One linkage at a time; the lock goes with the transaction.</summary>
    public static Task Lock(HubTransaction work, CancellationToken cancellationToken) =>
        work.Execute(LockSql, [Parameter.As(LinkageLock)], cancellationToken);

    /// <summary>How far back this run must look, in transactions, and from where the next one will.</summary>
    public static async Task<(int Reach, long ReadThrough)> Window(HubTransaction work, CancellationToken cancellationToken)
    {
        var (now, settled) = (await work.Query(
            NowSql, [], row => (row.GetInt64(0), row.GetInt64(1)), cancellationToken)).Single();
        var last = await work.Query(LastSql, [], row => row.GetInt64(0), cancellationToken);
        return (last is [var through] ? (int)Math.Min(now - through, int.MaxValue) : int.MaxValue, settled);
    }

    public static async Task<long> Records(HubTransaction work, CancellationToken cancellationToken) =>
        (await work.Query(RecordsSql, [], row => row.GetInt64(0), cancellationToken)).Single();

    public static Task<List<Block>> Find(
        HubTransaction work, string blockSql, int reach, int cap, CancellationToken cancellationToken) =>
        work.Query(blockSql, [Parameter.As(reach), Parameter.As(cap)], ReadBlock, cancellationToken);

    public static Task<List<Guid>> Contested(HubTransaction work, int reach, CancellationToken cancellationToken) =>
        work.Query(ContestedSql, [Parameter.As(reach)], row => row.GetGuid(0), cancellationToken);

    public static Task<List<(Guid Derived, Guid Person)>> Derived(HubTransaction work, CancellationToken cancellationToken) =>
        work.Query(DerivedSql, [], row => (row.GetGuid(0), row.GetGuid(1)), cancellationToken);

    /// <summary>Links of the hub's own that a change may have made doubtful.</summary>
    public static Task<List<Guid>> ChangedLinks(HubTransaction work, int reach, CancellationToken cancellationToken) =>
        work.Query(ChangedLinksSql, [Parameter.As(reach)], row => row.GetGuid(0), cancellationToken);

    public static Task<List<(Guid Person, string[] Counties)>> TwoCounties(
        HubTransaction work, int reach, CancellationToken cancellationToken) =>
        work.Query(
            TwoCountiesSql, [Parameter.As(reach)], row => (row.GetGuid(0), row.GetFieldValue<string[]>(1)), cancellationToken);

    public static async Task<ILookup<Guid, string>> CountiesOf(
        HubTransaction work, IReadOnlyCollection<Guid> people, CancellationToken cancellationToken) =>
        (await work.Query(
            CountiesOfSql, [Parameter.As(people.ToArray())], row => (Person: row.GetGuid(0), County: row.GetString(1)), cancellationToken))
        .ToLookup(row => row.Person, row => row.County);

    /// <summary>Which of these keys stand for a whole id number.</summary>
    public static async Task<HashSet<Guid>> Whole(
        HubTransaction work, IReadOnlyCollection<Guid> people, CancellationToken cancellationToken) =>
        [.. await work.Query(WholeSql, [Parameter.As(people.ToArray())], row => row.GetGuid(0), cancellationToken)];

    /// <summary>Some records, drawn at random but always the same: their keys are keyed hashes.</summary>
    public static Task<List<Face>> Sample(HubTransaction work, int size, CancellationToken cancellationToken) =>
        work.Query(SampleSql, [Parameter.As(size)], row => new Face(row.GetGuid(0), row.GetGuid(1)), cancellationToken);

    public static Task<Dictionary<Guid, int>> Namesakes(
        HubTransaction work, IReadOnlyCollection<Guid> names, CancellationToken cancellationToken) =>
        Counts(work, NamesakesSql, names, cancellationToken);

    public static Task<Dictionary<Guid, int>> PhoneShares(
        HubTransaction work, IReadOnlyCollection<Guid> phones, CancellationToken cancellationToken) =>
        Counts(work, PhoneSharesSql, phones, cancellationToken);

    public static Task Save(HubTransaction work, LinkageRow row, CancellationToken cancellationToken) => work.Execute(
        SaveSql,
        [
            Parameter.As(row.ReadThrough), Parameter.As(row.People), Parameter.As(row.Pairs), Parameter.As(row.Links),
            Parameter.As(row.Reviews), Parameter.As(row.Deferred), Parameter.As(row.BlocksOver),
            Parameter.Text(row.RuleVersion), Parameter.Json(row.Model), Parameter.Instant(row.At),
        ],
        cancellationToken);

    private static async Task<Dictionary<Guid, int>> Counts(
        HubTransaction work, string sql, IReadOnlyCollection<Guid> keys, CancellationToken cancellationToken) =>
        (await work.Query(
            sql, [Parameter.As(keys.ToArray())], row => (Key: row.GetGuid(0), Count: (int)row.GetInt64(1)), cancellationToken))
        .ToDictionary(row => row.Key, row => row.Count);

    private static Block ReadBlock(NpgsqlDataReader row) => row.IsDBNull(1)
        ? new Block(row.GetInt64(0), null, null, null)
        : new Block(
            row.GetInt64(0),
            [.. row.GetFieldValue<Guid[]>(1).Zip(row.GetFieldValue<Guid[]>(2), (person, name) => new Face(person, name))],
            row.GetFieldValue<bool[]>(3),
            row.GetFieldValue<bool[]>(4));
}

/// <summary>One run of the linkage, as it is kept.</summary>
internal sealed record LinkageRow
{
    public required long ReadThrough { get; init; }
    public required long People { get; init; }
    public required long Pairs { get; init; }
    public required int Links { get; init; }
    public required int Reviews { get; init; }
    public required int Deferred { get; init; }
    public required int BlocksOver { get; init; }
    public required string RuleVersion { get; init; }

    /// <summary>The weights, as JSON: with them a score can be explained years later.</summary>
    public required string Model { get; init; }
    public required DateTimeOffset At { get; init; }
}
