namespace IntegrationHub.Policy;

/// <summary>What is known about one fact. A fact nobody knows has no value; it is null where it is asked for.</summary>
public abstract record FactValue
{
    private FactValue()
    {
    }

    /// <summary>One code or several, such as the categories a person is recognised in.</summary>
    public sealed record Codes(IReadOnlyCollection<string> Values) : FactValue;

    public sealed record Number(decimal Value) : FactValue;

    public sealed record Day(DateOnly Value) : FactValue;

    public static FactValue? Of(string? code) => string.IsNullOrWhiteSpace(code) ? null : new Codes([code]);

    public static FactValue? Of(IReadOnlyCollection<string> codes) => codes.Count == 0 ? null : new Codes(codes);

    public static FactValue? Of(decimal? number) => number is { } value ? new Number(value) : null;

    public static FactValue? Of(DateOnly? day) => day is { } value ? new Day(value) : null;

    public static FactValue? Of(bool? answer) => answer is { } value ? new Codes([value ? Fact.Yes : Fact.No]) : null;
}
