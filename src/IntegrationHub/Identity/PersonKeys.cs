namespace IntegrationHub.Identity;

/// <summary>One key, or one name under a contested key, that means another person (identity.alias).</summary>
internal sealed record Alias(Guid AliasKey, Guid PersonKey, Guid? NameIndex, Guid IntoKey, bool Automatic);

/// <summary>
/// All keys that mean one person: what is filed under any of them is theirs. Nothing is rewritten to join keys, so this
/// is asked whenever something is read by person.
/// </summary>
public sealed record PersonKeys
{
    /// <summary>The key that stands for them all: the only one that leaves in an event or a release.</summary>
    public required Guid PersonKey { get; init; }

    /// <summary>Every key that is wholly theirs, <see cref="PersonKey"/> among them.</summary>
    public required IReadOnlyList<Guid> Keys { get; init; }

    /// <summary>Aliases of single names: of theirs into others, and of others' into theirs.</summary>
    internal IReadOnlyList<Alias> Names { get; init; } = [];

    /// <summary>Keys whose records must be looked through for <see cref="Holds"/>.</summary>
    internal IEnumerable<Guid> Owners => Keys.Concat(Names.Select(name => name.PersonKey)).Distinct();

    /// <summary>True if this record is about the person.</summary>
    internal bool Holds(PersonStatement statement)
    {
        var name = Names.FirstOrDefault(
            alias => alias.PersonKey == statement.PersonKey && alias.NameIndex == statement.NameIndex);
        return name is null ? Keys.Contains(statement.PersonKey) : Keys.Contains(name.IntoKey);
    }

    /// <summary>True if someone has said whose this name is, so that it no longer contests the number.</summary>
    internal bool IsExplained(PersonStatement statement) => Names.Any(
        alias => alias.PersonKey == statement.PersonKey && alias.NameIndex == statement.NameIndex);

    /// <summary>Pure: the people that these aliases make of the keys asked for.</summary>
    internal static Dictionary<Guid, PersonKeys> Of(IEnumerable<Guid> asked, IReadOnlyCollection<Alias> aliases)
    {
        var into = new Dictionary<Guid, Guid>();
        foreach (var alias in aliases.Where(alias => alias.NameIndex is null))
            into.TryAdd(alias.AliasKey, alias.IntoKey);
        var whole = into.Keys.Concat(into.Values).Distinct().ToLookup(End);
        var names = aliases.Where(alias => alias.NameIndex is not null).ToList();
        return asked.Distinct().ToDictionary(key => key, key =>
        {
            var person = End(key);
            Guid[] keys = [.. whole[person].Append(person).Append(key).Distinct().Order()];
            return new PersonKeys
            {
                PersonKey = person,
                Keys = keys,
                Names = [.. names.Where(alias => keys.Contains(alias.PersonKey) || keys.Contains(alias.IntoKey))],
            };
        });

        Guid End(Guid key)
        {
            var seen = new HashSet<Guid>();
            while (seen.Add(key) && into.TryGetValue(key, out var next))
                key = next;
            return key;
        }
    }
}
