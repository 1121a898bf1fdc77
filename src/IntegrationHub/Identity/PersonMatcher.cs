namespace IntegrationHub.Identity;

/// <summary>The rule that decided who a record is about; stored with the link so that every match can be explained later.</summary>
public static class MatchRule
{
    /// <summary>Exact normalised id number and the same name (domain.md §2.6): the only rule that merges by itself.</summary>
    public const string SameIdAndName = "SAME_ID_AND_NAME";

    /// <summary>Exact id number under another name: one number, perhaps two people. Both are held from release (scenario 12).</summary>
    public const string SharedId = "SHARED_ID";
}

/// <summary>A source record that states a person: key of the record, key of the person, blind index of the name.</summary>
public sealed record StatedPerson(Guid SourceKey, Guid PersonKey, Guid NameIndex, long Version);

/// <summary>What the records of one chunk say about one person.</summary>
public sealed record PersonVerdict(StatedPerson Kept, bool Conflict);

/// <summary>
/// Folds the records of one chunk that state the same id number. Pure, and indifferent to order: the lowest source key
/// is kept, so that any sequence of chunks ends in the same state.
/// </summary>
public static class PersonMatcher
{
    public static IReadOnlyList<PersonVerdict> Fold(IEnumerable<StatedPerson> stated) =>
    [
        .. from person in stated
           group person by person.PersonKey into same
           orderby same.Key
           select new PersonVerdict(
               same.OrderBy(record => record.SourceKey).ThenByDescending(record => record.Version).First(),
               same.Select(record => record.NameIndex).Distinct().Count() > 1),
    ];
}
