using System.Security.Cryptography;
using IntegrationHub.Database;
using NpgsqlTypes;

namespace IntegrationHub.Protection;

/// <summary>
/// One key per person, wrapped by the master key. Everything the hub keeps about a person is sealed with it, so that
/// deleting this one row makes the person unreadable everywhere (PIPL Art. 47, P13).
/// </summary>
public static class SubjectKeys
{
    internal const string LoadSql = """
        select person_key, wrapped
          from protection.subject_key
         where person_key = any ($1)
        """;

    internal const string CopySql = """
        copy protection.subject_key (person_key, wrapped)
        from stdin (format binary)
        """;

    internal const string AddSql = """
        insert into protection.subject_key (person_key, wrapped)
        select * from unnest($1, $2)
            on conflict (person_key) do nothing
        """;

    internal const string DestroySql = """
        delete from protection.subject_key
         where person_key = any ($1)
        """;

    internal const string AllSql = """
        select wrapped
          from protection.subject_key
        """;

    /// <summary>Destroys the keys of these people: what was sealed with them can never be opened again (P13).</summary>
    internal static Task<int> Destroy(HubTransaction work, IReadOnlyCollection<Guid> people, CancellationToken cancellationToken) =>
        work.Execute(DestroySql, [Parameter.As(people.ToArray())], cancellationToken);

    /// <summary>
    /// Tries every key the hub has on sealed values, and says how many opened: the proof that a destroyed key was the only
    /// one. Reads the keys one by one, however many there are.
    /// </summary>
    internal static async Task<(long Keys, int Opened)> TryAll(
        HubTransaction work, Keyring keyring, IReadOnlyCollection<byte[]> sealedValues, CancellationToken cancellationToken)
    {
        var (keys, opened) = (1L, sealedValues.Count(keyring.StoreOpens));
        await using var command = work.Command(AllSql);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
        {
            keys++;
            var key = keyring.Unwrap(row.GetFieldValue<byte[]>(0));
            opened += sealedValues.Count(value => Sealer.Opens(key, value));
            CryptographicOperations.ZeroMemory(key);
        }

        return (keys, opened);
    }

    /// <summary>The keys of these people; who has none yet is left out.</summary>
    public static async Task<Dictionary<Guid, byte[]>> Load(
        HubTransaction work, Keyring keyring, IReadOnlyCollection<Guid> people, CancellationToken cancellationToken)
    {
        var rows = await work.Query(
            LoadSql, [Parameter.As(people.ToArray())],
            row => (Person: row.GetGuid(0), Wrapped: row.GetFieldValue<byte[]>(1)), cancellationToken);
        return rows.ToDictionary(row => row.Person, row => keyring.Unwrap(row.Wrapped));
    }

    /// <summary>The keys of these people, made where missing. Two transactions that make the same key agree on one.</summary>
    /// <param name="work">The open transaction.</param>
    /// <param name="keyring">Wraps the keys.</param>
    /// <param name="people">May hold a person several times.</param>
    /// <param name="probablyNew">True when most of them should have no key yet: then the new ones go in by COPY first.</param>
    /// <param name="cancellationToken">Stops between statements.</param>
    public static async Task<Dictionary<Guid, byte[]>> LoadOrAdd(
        HubTransaction work, Keyring keyring, IReadOnlyCollection<Guid> people, bool probablyNew, CancellationToken cancellationToken)
    {
        if (people.Count == 0)
            return [];
        var known = await Load(work, keyring, people, cancellationToken);
        var missing = people.Where(person => !known.ContainsKey(person)).Distinct().Order().ToList();
        if (missing.Count == 0)
            return known;

        var made = keyring.NewSubjectKeys(missing.Count);
        if (probablyNew)
        {
            using var rows = Encode(missing, made);
            if (await rows.TryCopy(work, CopySql, cancellationToken))
            {
                for (var i = 0; i < missing.Count; i++)
                    known[missing[i]] = made[i].Key;
                return known;
            }
        }

        await work.Execute(
            AddSql,
            [Parameter.As(missing.ToArray()), Parameter.Column(made, key => key.Wrapped, NpgsqlDbType.Bytea)],
            cancellationToken);

        // Read back rather than trust what was made: another transaction may have been first.
        foreach (var (person, key) in await Load(work, keyring, missing, cancellationToken))
            known[person] = key;
        return known;
    }

    private static BinaryRows Encode(List<Guid> people, (byte[] Key, byte[] Wrapped)[] made)
    {
        var rows = new BinaryRows(2);
        for (var i = 0; i < people.Count; i++)
            rows.StartRow().Uuid(people[i]).Bytes(made[i].Wrapped);
        return rows;
    }
}
