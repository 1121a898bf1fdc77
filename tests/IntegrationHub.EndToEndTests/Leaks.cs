using System.Buffers;
using System.Globalization;
using System.Text.RegularExpressions;

namespace IntegrationHub.EndToEndTests;

/// <summary>Searches text for anything that belongs to a person of the run: id numbers, names, phones, addresses.</summary>
internal sealed partial class Leaks(IReadOnlyCollection<string> identities)
{
    private readonly SearchValues<string> _search = SearchValues.Create([.. identities], StringComparison.OrdinalIgnoreCase);

    /// <summary>The first hit with some text around it, or null. JSON escapes are undone first: 张 may stand as \u5F20.</summary>
    public string? In(string text)
    {
        var plain = Escape().Replace(text, match => ((char)int.Parse(match.Groups["code"].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToString());
        var at = plain.AsSpan().IndexOfAny(_search);
        return at < 0 ? null : plain[Math.Max(0, at - 60)..Math.Min(plain.Length, at + 60)];
    }

    [GeneratedRegex(@"\\u(?<code>[0-9A-Fa-f]{4})", RegexOptions.ExplicitCapture)]
    private static partial Regex Escape();
}
