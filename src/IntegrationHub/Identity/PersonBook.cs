using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Database;
using IntegrationHub.Policy;
using Npgsql;

namespace IntegrationHub.Identity;

/// <summary>A key that lives in a household, with its relation to the head.</summary>
public sealed record Inhabitant(string HouseholdRef, Guid PersonKey, string? Relation);

/// <summary>
/// Reads people as they are now: all their keys as one (<see cref="PersonKeys"/>), what a decision may know of them, and
/// what is sealed about them.
/// </summary>
public static class PersonBook
{
    internal const string StatementsSql = """
        select person_key, source_key, name_index, born_on, ended, version, rule
          from identity.member
         where person_key = any ($1)
        """;

    internal const string SealedSql = """
        select person_key, source_key, name_index, born_on, ended, version, rule, household_ref, sealed
          from identity.member
         where person_key = any ($1)
        """;

    internal const string CategoriesSql = """
        select distinct category
          from identity.recognition
         where person_key = any ($1)
           and not ended
           and (ended_on is null or ended_on > $2)
         order by category
        """;

    // A household's category is each member's who lives in it; a person's own is theirs wherever they live.
    internal const string RecognitionsSql = """
        select m.person_key, r.category, r.recognised_on, r.support_mode
          from identity.member m
          join identity.recognition r on r.household_ref = m.household_ref
         where m.person_key = any ($1)
           and not m.ended
           and not r.ended
           and r.recognised_on <= $2
           and (r.ended_on is null or r.ended_on > $2)
        union
        select r.person_key, r.category, r.recognised_on, r.support_mode
          from identity.recognition r
         where r.person_key = any ($1)
           and not r.ended
           and r.recognised_on <= $2
           and (r.ended_on is null or r.ended_on > $2)
        """;

    // The newest word about each of them.
    internal const string DeathsSql = """
        select distinct on (person_key) person_key, status
          from identity.death
         where person_key = any ($1)
         order by person_key, number desc
        """;

    internal const string LivingThereSql = """
        select distinct on (household_ref, person_key) household_ref, person_key, relation
          from identity.member
         where household_ref = any ($1)
           and not ended
         order by household_ref, person_key, version desc, source_key
        """;

    internal const string HouseholdSql = """
        select head_key, sealed
          from identity.household
         where household_ref = $1
           and not ended
         order by version desc
         limit 1
        """;

    /// <summary>The people these keys mean, by the key asked for; a key nobody knows means itself.</summary>
    public static async Task<Dictionary<Guid, PersonKeys>> KeysOf(
        HubTransaction work, IReadOnlyCollection<Guid> people, CancellationToken cancellationToken) =>
        PersonKeys.Of(people, await AliasStore.Around(work, people, ever: false, cancellationToken));

    /// <summary>The same with every alias there ever was: for proofs of what was decided while it stood.</summary>
    public static async Task<Dictionary<Guid, PersonKeys>> KeysEverOf(
        HubTransaction work, IReadOnlyCollection<Guid> people, CancellationToken cancellationToken)
    {
        var ever = await AliasStore.Around(work, people, ever: true, cancellationToken);
        // An alias may have led elsewhere before: all it ever led to belongs together.
        return people.Distinct().ToDictionary(key => key, key =>
        {
            HashSet<Guid> keys = [key];
            while (ever.Where(alias => keys.Contains(alias.AliasKey) != keys.Contains(alias.IntoKey)).ToList() is { Count: > 0 } more)
                keys.UnionWith(more.SelectMany(alias => new[] { alias.AliasKey, alias.IntoKey }));
            return new PersonKeys { PersonKey = key, Keys = [.. keys.Order()] };
        });
    }

    /// <summary>What a decision may know of these people, by the key asked for; who is unknown is left out.</summary>
    public static async Task<Dictionary<Guid, SubjectFacts>> Facts(
        HubTransaction work, IReadOnlyCollection<PersonKeys> people, CancellationToken cancellationToken)
    {
        var statements = await work.Query(
            StatementsSql, [Parameter.As(people.SelectMany(person => person.Owners).Distinct().ToArray())],
            ReadStatement, cancellationToken);
        var deaths = (await work.Query(
            DeathsSql, [Parameter.As(people.SelectMany(person => person.Keys).Distinct().ToArray())],
            row => (PersonKey: row.GetGuid(0), Status: row.GetString(1)), cancellationToken))
            .ToDictionary(death => death.PersonKey, death => death.Status);
        var ofOwner = statements.ToLookup(statement => statement.PersonKey);
        var facts = new Dictionary<Guid, SubjectFacts>();
        foreach (var person in people)
        {
            var theirs = person.Owners.SelectMany(owner => ofOwner[owner]).Where(person.Holds).ToList();
            if (theirs.Count > 0)
            {
                var known = PersonFold.Of(person, theirs);
                facts[person.PersonKey] = known with
                {
                    State = PersonFold.StateOf(known.State, person.Keys.Select(key => deaths.GetValueOrDefault(key))),
                };
            }
        }

        return facts;
    }

    /// <summary>A person's sealed values, with those of the household named if they live in it, still sealed.</summary>
    public static async Task<SealedSubject?> Sealed(
        HubTransaction work, PersonKeys person, string? householdRef, CancellationToken cancellationToken)
    {
        var rows = (await work.Query(
            SealedSql, [Parameter.As(person.Owners.ToArray())],
            row => (Statement: ReadStatement(row), HouseholdRef: row.GetString(7), Sealed: row.GetFieldValue<byte[]>(8)),
            cancellationToken)).Where(row => person.Holds(row.Statement)).ToDictionary(row => row.Statement.SourceKey);
        if (rows.Count == 0)
            return null;
        var speaker = rows[PersonFold.Speaker(person, [.. rows.Values.Select(row => row.Statement)]).SourceKey];
        var livesThere = householdRef is not null
            && rows.Values.Any(row => row.HouseholdRef == householdRef && !row.Statement.Ended);
        var household = livesThere
            ? (await work.Query(
                HouseholdSql, [Parameter.Text(householdRef)],
                row => (Head: (Guid?)row.GetGuid(0), Sealed: row.GetFieldValue<byte[]>(1)), cancellationToken)).SingleOrDefault()
            : default;
        return new SealedSubject(person.PersonKey, speaker.Statement.PersonKey, speaker.Sealed, household.Head, household.Sealed);
    }

    /// <summary>Who lives in these households, each key once a household.</summary>
    public static Task<List<Inhabitant>> LivingIn(
        HubTransaction work, IReadOnlyCollection<string> households, CancellationToken cancellationToken) =>
        work.Query(
            LivingThereSql, [Parameter.As(households.ToArray())],
            row => new Inhabitant(row.GetString(0), row.GetGuid(1), row.TextOrNull(2)), cancellationToken);

    /// <summary>Every category the person is recognised in on a day, whichever county or key recognised them (scenario 10).</summary>
    public static Task<List<string>> Categories(
        HubTransaction work, PersonKeys person, DateOnly day, CancellationToken cancellationToken) =>
        work.Query(
            CategoriesSql, [Parameter.As(person.Keys.ToArray()), Parameter.Date(day)], row => row.GetString(0), cancellationToken);

    /// <summary>The recognitions that stand on a day, of these people and the households they live in, by their key.</summary>
    public static async Task<ILookup<Guid, Recognition>> Recognitions(
        HubTransaction work, IReadOnlyCollection<PersonKeys> people, DateOnly day, CancellationToken cancellationToken)
    {
        var rows = (await work.Query(
            RecognitionsSql,
            [Parameter.As(people.SelectMany(person => person.Keys).Distinct().ToArray()), Parameter.Date(day)],
            row => (Key: row.GetGuid(0), Recognition: new Recognition(row.GetString(1), row.GetFieldValue<DateOnly>(2), row.TextOrNull(3))),
            cancellationToken)).ToLookup(row => row.Key, row => row.Recognition);
        return people.DistinctBy(person => person.PersonKey)
            .SelectMany(person => person.Keys.SelectMany(key => rows[key]).Distinct(), (person, recognition) => (person, recognition))
            .ToLookup(one => one.person.PersonKey, one => one.recognition);
    }

    private static PersonStatement ReadStatement(NpgsqlDataReader row) =>
        new(row.GetGuid(0), row.GetGuid(1), row.GetGuid(2), row.ValueOrNull<DateOnly>(3), row.GetBoolean(4), row.GetInt64(5))
        {
            Rule = row.GetString(6),
        };
}
