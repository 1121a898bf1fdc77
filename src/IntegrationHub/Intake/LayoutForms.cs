using System.Collections.Frozen;

namespace IntegrationHub.Intake;

/// <summary>The forms a layout may name, and what kind of value each gives to a translator.</summary>
public static class LayoutForms
{
    private static readonly FrozenDictionary<string, Type> s_values = new Dictionary<string, Type>
    {
        ["text"] = typeof(string),
        ["name"] = typeof(string),
        ["phone"] = typeof(string),
        ["code"] = typeof(string),
        ["division"] = typeof(string),
        ["residentId"] = typeof(string),
        ["month"] = typeof(string),
        ["sha256"] = typeof(string),
        ["date"] = typeof(DateOnly),
        ["dateTime"] = typeof(DateTimeOffset),
        ["money"] = typeof(decimal),
        ["integer"] = typeof(int),
        ["yesNo"] = typeof(bool),
        ["list"] = typeof(string[]),
    }.ToFrozenDictionary();

    public static IEnumerable<string> Names => s_values.Keys.Order(StringComparer.Ordinal);

    public static bool IsKnown(string form) => s_values.ContainsKey(form);

    /// <summary>The type of the values a form gives.</summary>
    public static Type ValueOf(string form) => s_values[form];
}
