namespace IntegrationHub.Identity;

/// <summary>
/// The rule that decided who a record is about, with its version; stored with the record so that every match can be
/// explained later. What joins keys beyond these is an alias, with its own rule version.
/// </summary>
public static class MatchRule
{
    /// <summary>Exact normalised id number and the same name (domain.md §2.6): the only rule that merges by itself.</summary>
    public const string SameIdAndName = "SAME_ID_AND_NAME/1";

    /// <summary>A number of fifteen digits: the records of that number together, until name and birth say whose it is.</summary>
    public const string DerivedId = "DERIVED_ID/1";

    /// <summary>No number: a person of this record alone.</summary>
    public const string Provisional = "PROVISIONAL/1";
}

/// <summary>What one source record states of a person, without its identity.</summary>
public sealed record PersonStatement(
    Guid PersonKey, Guid SourceKey, Guid NameIndex, DateOnly? BornOn, bool Ended, long Version)
{
    /// <summary>See <see cref="MatchRule"/>.</summary>
    public string Rule { get; init; } = MatchRule.SameIdAndName;
}
