using System.Globalization;
using System.Text.Json;

namespace Mocks.CharityFederation;

/// <summary>The parts of a structured CloudEvent this mock looks at.</summary>
internal sealed record CloudEvent(string Type, string? Subject, long? Sequence, JsonElement Data)
{
    /// <summary>The referral an event speaks of: named in its data, else its subject.</summary>
    public string? ReferralId => Data.Text("referralId") ?? Subject;

    /// <summary>Reads a CloudEvent 1.0 with its required attributes; null if it is none.</summary>
    public static CloudEvent? TryRead(JsonElement root)
    {
        if (root.Text("specversion") != "1.0"
            || string.IsNullOrEmpty(root.Text("id"))
            || string.IsNullOrEmpty(root.Text("source"))
            || root.Text("type") is not { Length: > 0 } type)
            return null;

        var data = root.TryGetProperty("data", out var found) ? found : default;
        long? sequence = long.TryParse(
            root.Text("sequence"), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
        return new CloudEvent(type, root.Text("subject"), sequence, data);
    }
}
