using IntegrationHub.Database;

namespace IntegrationHub.Identity;

/// <summary>What the identity station held about a person and destroyed: rows by kind.</summary>
public sealed record ErasedIdentity(int Members, int Households, int Past, int Recognitions, int Reviews, int Cases);

/// <summary>
/// Destroys what the identity station holds about a person (P13). A household they head stays for those who live in it,
/// without what was sealed; aliases and decided reviews stay as evidence, they are keys and codes.
/// </summary>
public static class PersonErasure
{
    internal const string SealedSql = """
        select sealed
          from identity.member
         where person_key = any ($1)
        union all
        select sealed
          from identity.household
         where head_key = any ($1)
           and length(sealed) > 0
        """;

    internal const string DerivedSql = """
        select d.derived_key
          from identity.derived d
         where d.person_key = any ($1)
           and exists (select
                         from identity.member one
                         join identity.member other on other.name_index = one.name_index
                        where one.person_key = d.derived_key
                          and other.person_key = any ($1))
        """;

    internal const string ContestedSql = """
        select count(distinct name_index)
          from identity.member
         where person_key = any ($1)
           and not ended
         group by person_key
        having count(distinct name_index) > 1
        """;

    internal const string MembersSql = """
        delete from identity.member
         where person_key = any ($1)
        """;

    internal const string NamesakesSql = """
        delete from identity.member m
         using unnest($1::uuid[], $2::uuid[]) as name (person_key, name_index)
         where m.person_key = name.person_key
           and m.name_index = name.name_index
        """;

    internal const string HouseholdsSql = """
        update identity.household
           set sealed      = '\x'
             , phone_index = null
         where head_key = any ($1)
           and (length(sealed) > 0 or phone_index is not null)
        """;

    internal const string PastMembersSql = """
        delete from identity.past_member
         where person_key = any ($1)
        """;

    internal const string PastRecognitionsSql = """
        delete from identity.past_recognition
         where person_key = any ($1)
        """;

    internal const string RecognitionsSql = """
        delete from identity.recognition
         where person_key = any ($1)
        """;

    internal const string ReviewsSql = """
        update identity.review
           set state  = 'SETTLED'
             , reason = 'person.erased'
         where (one_person = any ($1) or other_person = any ($1))
           and state in ('OPEN', 'PROPOSED')
        """;

    internal const string CasesSql = """
        update identity.case
           set state = 'CLOSED'
         where person_key = any ($1)
           and state = 'OPEN'
        """;

    /// <summary>Every key whose destruction erases the person: theirs, and those of fifteen digits under the same name.</summary>
    public static async Task<IReadOnlyList<Guid>> KeysToDestroy(
        HubTransaction work, PersonKeys person, CancellationToken cancellationToken)
    {
        var derived = await work.Query(DerivedSql, [Parameter.As(person.Keys.ToArray())], row => row.GetGuid(0), cancellationToken);
        return [.. person.Keys.Concat(derived).Distinct().Order()];
    }

    /// <summary>True if another person's records lie under the same key: its destruction would erase them too (scenario 12).</summary>
    public static async Task<bool> IsContested(HubTransaction work, PersonKeys person, CancellationToken cancellationToken) =>
        person.Names.Any(name => person.Keys.Contains(name.PersonKey))
        || (await work.Query(ContestedSql, [Parameter.As(person.Keys.ToArray())], row => row.GetInt64(0), cancellationToken)).Count > 0;

    /// <summary>The sealed values as they lie there, for the proof that nothing opens them afterwards.</summary>
    public static Task<List<byte[]>> Sealed(HubTransaction work, IReadOnlyCollection<Guid> keys, CancellationToken cancellationToken) =>
        work.Query(SealedSql, [Parameter.As(keys.ToArray())], row => row.GetFieldValue<byte[]>(0), cancellationToken);

    public static async Task<ErasedIdentity> Erase(
        HubTransaction work, PersonKeys person, IReadOnlyCollection<Guid> keys, CancellationToken cancellationToken)
    {
        var theirs = Parameter.As(keys.ToArray());
        var elsewhere = person.Names.Where(name => !keys.Contains(name.PersonKey) && name.NameIndex is not null).ToList();
        var namesakes = elsewhere.Count == 0 ? 0 : await work.Execute(
            NamesakesSql,
            [
                Parameter.As(elsewhere.Select(name => name.PersonKey).ToArray()),
                Parameter.As(elsewhere.Select(name => name.NameIndex!.Value).ToArray()), // chosen above
            ],
            cancellationToken);
        return new ErasedIdentity(
            await Run(MembersSql) + namesakes, await Run(HouseholdsSql), await Run(PastMembersSql) + await Run(PastRecognitionsSql),
            await Run(RecognitionsSql), await Run(ReviewsSql), await Run(CasesSql));

        Task<int> Run(string sql) => work.Execute(sql, [theirs.Clone()], cancellationToken);
    }
}
