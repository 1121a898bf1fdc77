namespace IntegrationHub.Policy;

/// <summary>A category a person or their household is recognised in (R07).</summary>
public sealed record Recognition(string Category, DateOnly RecognisedOn, string? SupportMode);

/// <summary>
/// What is known about a need and its person on one day, by the names rules use (<see cref="Fact"/>). What is not known is
/// not there.
/// </summary>
public sealed class NeedFacts(DateOnly day, IReadOnlyDictionary<string, FactValue?> values)
{
    /// <summary>The day they are judged on, as officials count it.</summary>
    public DateOnly Day => day;

    public FactValue? this[string fact] => values.GetValueOrDefault(fact);

    /// <summary>The same with one fact changed, or taken away.</summary>
    public NeedFacts With(string fact, FactValue? value) =>
        new(day, new Dictionary<string, FactValue?>(values) { [fact] = value });

    public NeedFacts On(DateOnly other) => new(other, values);
}
