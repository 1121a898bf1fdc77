using System.Text.Json;
using System.Text.Json.Serialization;

namespace IntegrationHub.Policy;

/// <summary>Predicates as they stand in a pack (<c>contracts/policy/policy.schema.json</c>). What is not in the vocabulary is not read.</summary>
internal sealed class PredicateJson : JsonConverter<Predicate>
{
    private static readonly string[] s_forms =
        ["all", "any", "not", "is", "in", "between", "atLeast", "atMost", "present", "within", "withinMonths"];

    public override Predicate Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        return Read(document.RootElement);
    }

    public override void Write(Utf8JsonWriter writer, Predicate value, JsonSerializerOptions options) =>
        throw new NotSupportedException("Packs are read, never written.");

    internal static Predicate Read(JsonElement node)
    {
        if (node.ValueKind != JsonValueKind.Object)
            throw new JsonException("a predicate is an object");
        var members = node.EnumerateObject().Select(member => member.Name).ToList();
        var forms = members.Intersect(s_forms).ToList();
        // Two bounds make one test.
        if (forms.Count != 1 && !(forms.Count == 2 && forms.Contains("atLeast") && forms.Contains("atMost")))
            throw new JsonException($"a predicate has one of {string.Join(", ", s_forms)}");
        var isTest = !(forms[0] is "all" or "any" or "not");
        string[] allowed = isTest ? [.. forms, "fact", "else", "wait", "note"] : [forms[0], "else", "note"];
        if (members.Except(allowed).FirstOrDefault() is { } unknown)
            throw new JsonException($"a predicate with {forms[0]} has no {unknown}");
        var otherwise = Text(node, "else");
        return forms[0] switch
        {
            "all" => new Predicate.All(Parts(node.GetProperty("all"))) { Else = otherwise },
            "any" => new Predicate.Any(Parts(node.GetProperty("any"))) { Else = otherwise },
            "not" => new Predicate.Negated(Read(node.GetProperty("not"))) { Else = otherwise },
            _ => new Predicate.Test(
                Text(node, "fact") ?? throw new JsonException("a test names a fact"), TestOf(node, forms[0]), Text(node, "wait"))
            {
                Else = otherwise,
            },
        };
    }

    private static List<Predicate> Parts(JsonElement node) => node.ValueKind == JsonValueKind.Array
        ? [.. node.EnumerateArray().Select(Read)]
        : throw new JsonException("all and any have a list");

    private static FactTest TestOf(JsonElement node, string form)
    {
        var value = node.GetProperty(form);
        try
        {
            return form switch
            {
                "is" => new FactTest.OneOf([value.GetString() ?? throw new JsonException("is names a code")]),
                "in" => new FactTest.OneOf([.. value.EnumerateArray().Select(code => code.GetString() ?? throw new JsonException("in names codes"))]),
                "between" => new FactTest.Between(value[0].GetDecimal(), value[1].GetDecimal()),
                "atLeast" or "atMost" => new FactTest.Between(Bound(node, "atLeast"), Bound(node, "atMost")),
                "present" => value.ValueKind == JsonValueKind.True ? new FactTest.Present() : throw new JsonException("present is true"),
                "within" => new FactTest.Within(value.GetString() ?? throw new JsonException("within names a window")),
                _ => new FactTest.WithinMonths(value.GetInt32()),
            };
        }
        catch (Exception failure) when (failure is InvalidOperationException or FormatException or IndexOutOfRangeException)
        {
            throw new JsonException($"the value of {form} has another form", failure);
        }
    }

    private static decimal? Bound(JsonElement node, string name) =>
        node.TryGetProperty(name, out var value) ? value.GetDecimal() : null;

    private static string? Text(JsonElement node, string name) =>
        !node.TryGetProperty(name, out var value) ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString()
        : throw new JsonException($"{name} is a text");
}
