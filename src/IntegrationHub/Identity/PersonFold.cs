using IntegrationHub.Contracts.Canonical;

namespace IntegrationHub.Identity;

/// <summary>The rule that decided who a record is about; stored with the record so that every match can be explained later.</summary>
public static class MatchRule
{
    /// <summary>Exact normalised id number and the same name (domain.md §2.6): the only rule that merges by itself.</summary>
    public const string SameIdAndName = "SAME_ID_AND_NAME";
}

/// <summary>What one source record states of a person, without its identity.</summary>
public sealed record PersonStatement(Guid PersonKey, Guid SourceKey, Guid NameIndex, DateOnly? BornOn, bool Ended, long Version);

/// <summary>
/// A person is what the records say. Pure, and indifferent to the order they came in: nothing about a person is stored
/// but the records, so that taking one back leaves exactly the others.
/// </summary>
public static class PersonFold
{
    /// <summary>Same id number under two names in records that stand: perhaps two people, so both are held (scenario 12).</summary>
    public const string Conflict = "CONFLICT";

    public const string Ok = "OK";

    /// <summary>What a decision may know of the person these records state.</summary>
    /// <exception cref="ArgumentException">No record: nobody is known.</exception>
    public static SubjectFacts Of(Guid personKey, IReadOnlyCollection<PersonStatement> statements)
    {
        var speaker = Speaker(statements);
        var standing = statements.Where(statement => !statement.Ended).Select(statement => statement.NameIndex).Distinct().Count();
        return new SubjectFacts(personKey, standing > 1 ? Conflict : Ok, speaker.BornOn);
    }

    /// <summary>The record whose words stand for the person: one that stands before one that ended, then the newest.</summary>
    public static PersonStatement Speaker(IReadOnlyCollection<PersonStatement> statements) =>
        statements.OrderBy(statement => statement.Ended)
            .ThenByDescending(statement => statement.Version)
            .ThenBy(statement => statement.SourceKey)
            .FirstOrDefault() ?? throw new ArgumentException("Nobody states this person.", nameof(statements));
}
