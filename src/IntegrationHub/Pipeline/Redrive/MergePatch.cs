using System.Text.Json.Nodes;

namespace IntegrationHub.Pipeline.Redrive;

/// <summary>JSON Merge Patch (RFC 7396), and the places it changed: paths, never values.</summary>
internal static class MergePatch
{
    public static (JsonObject Edited, IReadOnlyList<string> Changed) Apply(JsonObject body, JsonObject patch)
    {
        var changed = new List<string>();
        return (Merge(body, patch, "", changed), changed);
    }

    private static JsonObject Merge(JsonObject body, JsonObject patch, string path, List<string> changed)
    {
        var edited = (JsonObject)body.DeepClone();
        foreach (var (name, value) in patch)
        {
            var place = $"{path}/{name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";
            switch (value)
            {
                case null when edited.ContainsKey(name):
                    edited.Remove(name);
                    changed.Add(place);
                    break;
                case null:
                    break;
                case JsonObject inner:
                    edited[name] = Merge(edited[name] as JsonObject ?? [], inner, place, changed);
                    break;
                default:
                    if (!JsonNode.DeepEquals(edited[name], value))
                    {
                        edited[name] = value.DeepClone();
                        changed.Add(place);
                    }

                    break;
            }
        }

        return edited;
    }
}
