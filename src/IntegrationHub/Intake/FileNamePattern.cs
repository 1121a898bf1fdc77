using System.Globalization;
using System.Text.RegularExpressions;

namespace IntegrationHub.Intake;

/// <summary>What a file's name says by its layout's pattern.</summary>
/// <param name="Area">The county's division code.</param>
/// <param name="Day">The day of the file, when the name has one.</param>
/// <param name="IsDelta">True when the file holds changes only, so that absence says nothing.</param>
public sealed record FileNameParts(string Area, DateOnly? Day, bool IsDelta);

/// <summary>Reads file names by a layout's pattern, so that a province with other names needs no code.</summary>
public static class FileNamePattern
{
    private const RegexOptions Options = RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant;
    private static readonly string[] s_days = ["yyyyMMdd", "yyyy-MM-dd", "yyyy_MM_dd", "yyyy.MM.dd", "yyyy年M月d日", "yyMMdd"];

    /// <summary>The pattern, matched in time linear in the name where it can be: names come from outside.</summary>
    public static Regex Compile(string pattern)
    {
        try
        {
            return new Regex(pattern, Options | RegexOptions.NonBacktracking);
        }
        catch (NotSupportedException)
        {
            return new Regex(pattern, Options, TimeSpan.FromMilliseconds(200)); // look-arounds; bounded by time instead
        }
    }

    /// <summary>The parts of a name that belongs to the layout, or null when it does not.</summary>
    public static FileNameParts? Read(SnapshotLayout layout, string name)
    {
        if (layout.Files is not { } pattern || Compile(pattern).Match(name) is not { Success: true } match)
            return null;
        if (match.Groups["type"] is { Success: true } type && type.Value != layout.Type)
            return null;
        var county = match.Groups["county"].Value;
        if (layout.Areas is { } areas && areas.TryGetValue(county.Length == 0 ? "*" : county, out var code))
            county = code;
        if (county.Length is not (6 or 9 or 12) || !county.All(char.IsAsciiDigit))
            return null; // rows without a county belong to no stream
        return new FileNameParts(county, Day(match.Groups["date"].Value), IsDelta(match.Groups["kind"].Value));
    }

    private static DateOnly? Day(string text) =>
        DateOnly.TryParseExact(text, s_days, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;

    private static bool IsDelta(string kind) =>
        kind is "D" or "d" or "Z" or "增量" || kind.Equals("delta", StringComparison.OrdinalIgnoreCase);
}
