using System.Text.Json;

namespace IntegrationHub.Testing.Demo;

/// <summary>Reads an answer's members, and says which one is missing in what.</summary>
internal static class JsonReading
{
    public static JsonElement Get(this JsonElement answer, string name) =>
        answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty(name, out var value)
            ? value
            : throw new InvalidOperationException($"'{name}' is missing in {answer.GetRawText()}");
}
