using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;

namespace Mocks.ProvincialPlatform.Api;

/// <summary>The body of a call: a JSON object, its values read as text.</summary>
internal sealed class Call
{
    private const int LargestBody = 1 << 20;
    private readonly JsonElement _root;

    private Call(JsonElement root, string digest) => (_root, Digest) = (root, digest);

    /// <summary>SHA-256 of the bytes received.</summary>
    public string Digest { get; }

    /// <summary>Null when the body is not a JSON object.</summary>
    public static async Task<Call?> Read(HttpRequest request, CancellationToken cancellation)
    {
        using var memory = new MemoryStream();
        var body = request.Body;
        var chunk = new byte[8_192];
        for (int read; (read = await body.ReadAsync(chunk, cancellation)) > 0;)
        {
            memory.Write(chunk, 0, read);
            if (memory.Length > LargestBody)
                return null;
        }

        try
        {
            using var document = JsonDocument.Parse(memory.ToArray());
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? new Call(document.RootElement.Clone(), Convert.ToHexStringLower(SHA256.HashData(memory.ToArray())))
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Empty when absent or null.</summary>
    public string Text(string name) =>
        _root.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value.ToString() : "";

    public int? Number(string name) =>
        int.TryParse(Text(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>Null when absent; <paramref name="valid"/> tells a number from something else.</summary>
    public decimal? Amount(string name, out bool valid)
    {
        var text = Text(name);
        const NumberStyles plain = NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign;
        valid = decimal.TryParse(text, plain, CultureInfo.InvariantCulture, out var amount);
        valid |= text.Length == 0;
        return text.Length == 0 ? null : amount;
    }
}
