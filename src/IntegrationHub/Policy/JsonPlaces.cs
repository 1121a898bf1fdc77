using System.Text.Json;

namespace IntegrationHub.Policy;

/// <summary>On which line each part of a JSON text stands, so that whoever wrote it finds it again.</summary>
internal sealed class JsonPlaces
{
    private readonly Dictionary<string, long> _lines = [];

    public JsonPlaces(ReadOnlySpan<byte> text)
    {
        var reader = new Utf8JsonReader(text);
        var (line, at) = (1L, 0);
        var nest = new Stack<(string Path, int Next)>();
        var name = "";
        while (reader.Read())
        {
            for (; at < reader.TokenStartIndex; at++)
                line += text[at] == (byte)'\n' ? 1 : 0;
            if (reader.TokenType == JsonTokenType.PropertyName)
            {
                name = Joined(nest.Peek().Path, reader.GetString() ?? "");
                _lines[name] = line;
                continue;
            }

            if (reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray)
            {
                nest.Pop();
                continue;
            }

            var path = Here(nest, name);
            _lines.TryAdd(path, line);
            if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
                nest.Push((path, reader.TokenType == JsonTokenType.StartArray ? 0 : -1));
        }
    }

    /// <summary>The line of a path, or of the nearest part around it.</summary>
    public long LineOf(string path)
    {
        for (var end = path.Length; end > 0; end = path.LastIndexOfAny(['.', '['], end - 1))
        {
            if (_lines.TryGetValue(path[..end], out var line))
                return line;
        }

        return _lines.GetValueOrDefault("", 1);
    }

    public static string Joined(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    // In a list the place is a number, in an object the name that was just read.
    private static string Here(Stack<(string Path, int Next)> nest, string name)
    {
        if (nest.Count == 0)
            return "";
        var (path, next) = nest.Pop();
        nest.Push((path, next < 0 ? next : next + 1));
        return next < 0 ? name : $"{path}[{next}]";
    }
}
