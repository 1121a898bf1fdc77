using System.Collections.Frozen;
using IntegrationHub.Intake;
using IntegrationHub.Intake.Fields;
using IntegrationHub.Tests.Architecture;

namespace IntegrationHub.Tests.Intake.Fields;

/// <summary>One cell read by one column: what became of it, what was wrong, what was put right.</summary>
internal sealed record Cell(string? Value, string? Problem, string? Rule)
{
    public static readonly DateOnly AsOf = new(2026, 3, 2);

    private static readonly string s_contracts = Path.Combine(Repository.Root, "contracts");

    /// <summary>A column as a layout may have it; optional unless it says otherwise.</summary>
    public static LayoutColumn Column(string form, string field = "field", string? codes = null, bool required = false) => new()
    {
        Position = 1,
        Name = "列",
        Field = field,
        Form = form,
        Required = required,
        Codes = codes?.Split(' ').Select(pair => pair.Split('=')).ToFrozenDictionary(pair => pair[0], pair => pair[^1]),
    };

    /// <summary>A column of a layout that ships.</summary>
    public static LayoutColumn Shipped(string layout, string field) => SnapshotLayout
        .Load(s_contracts, Path.Combine("provincial", "layouts", $"{layout}.json"))
        .Columns.Single(column => column.Field == field);

    public static Cell Read(LayoutColumn column, string text, DateOnly? asOf = null)
    {
        var value = FieldForms.Read(column, text, asOf ?? AsOf, out var problem, out var rule);
        var sliced = FieldForms.Read(column, $"<{text}>".AsSpan(1, text.Length), asOf ?? AsOf, out var sameProblem, out var sameRule);
        Assert.Equal((problem, rule, FieldText.Of(value)), (sameProblem, sameRule, FieldText.Of(sliced)));
        return new Cell(value.IsAbsent ? null : FieldText.Of(value), problem, rule);
    }
}
