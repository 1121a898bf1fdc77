using IntegrationHub.Contracts.Canonical;

namespace IntegrationHub.Identity;

/// <summary>
/// A person is what the records say. Pure, and indifferent to the order they came in: nothing about a person is stored
/// but the records, so that taking one back leaves exactly the others.
/// </summary>
public static class PersonFold
{
    /// <summary>Same id number under two names in records that stand: perhaps two people, so both are held (scenario 12).</summary>
    public const string Conflict = "CONFLICT";

    /// <summary>Known without a number that names them: nothing of theirs is released before someone has found out.</summary>
    public const string Provisional = "PROVISIONAL";

    public const string Ok = "OK";

    /// <summary>Someone says that the person is dead: held until somebody has looked (P15, scenario 26).</summary>
    public const string DeathSuspected = "DEATH_SUSPECTED";

    public const string Deceased = "DECEASED";

    /// <summary>The state with what is known of a death, by any of the person's keys; the graver word counts.</summary>
    public static string StateOf(string state, IEnumerable<string?> deaths)
    {
        var said = deaths.ToHashSet(StringComparer.Ordinal);
        return said.Contains(DeathStatus.Confirmed) ? Deceased
            : said.Contains(DeathStatus.Suspected) ? DeathSuspected
            : state;
    }

    /// <summary>What a decision may know of the person these records state.</summary>
    /// <exception cref="ArgumentException">No record: nobody is known.</exception>
    public static SubjectFacts Of(PersonKeys person, IReadOnlyCollection<PersonStatement> statements) => new(
        person.PersonKey,
        IsContested(person, statements) ? Conflict : IsProvisional(person, statements) ? Provisional : Ok,
        Speaker(person, statements).BornOn);

    /// <summary>
    /// The record whose words stand for the person: one with a whole number before one without, one that stands before
    /// one that ended, then the newest.
    /// </summary>
    public static PersonStatement Speaker(PersonKeys person, IReadOnlyCollection<PersonStatement> statements) =>
        statements.OrderBy(statement => statement.Rule != MatchRule.SameIdAndName)
            .ThenBy(person.IsExplained)
            .ThenBy(statement => statement.Ended)
            .ThenByDescending(statement => statement.Version)
            .ThenBy(statement => statement.SourceKey)
            .FirstOrDefault() ?? throw new ArgumentException("Nobody states this person.", nameof(statements));

    // Keys that were joined may differ in name: a person has looked, or the rule has. One key must not.
    private static bool IsContested(PersonKeys person, IReadOnlyCollection<PersonStatement> statements) => statements
        .Where(statement => !statement.Ended && !person.IsExplained(statement))
        .GroupBy(statement => statement.PersonKey)
        .Any(same => same.Select(statement => statement.NameIndex).Distinct().Skip(1).Any());

    private static bool IsProvisional(PersonKeys person, IReadOnlyCollection<PersonStatement> statements) =>
        statements.All(statement => statement.Rule != MatchRule.SameIdAndName)
        && statements.Any(statement => statement.PersonKey == person.PersonKey);
}
