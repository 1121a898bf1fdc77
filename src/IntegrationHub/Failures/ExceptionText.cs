using System.Text.RegularExpressions;

namespace IntegrationHub.Failures;

/// <summary>
/// Makes the text of an exception fit to be stored: libraries quote what they could not read, and what they could not
/// read may be a person. Masks too much rather than too little; the type and the stack are what a reader works with.
/// </summary>
internal static partial class ExceptionText
{
    private const string Mask = "***";
    private const int Longest = 1000;

    public static string Clean(string text)
    {
        var cleaned = Quoted().Replace(text, Mask);
        cleaned = Assigned().Replace(cleaned, $"=({Mask})");
        cleaned = Query().Replace(cleaned, $"?{Mask}");
        cleaned = Mail().Replace(cleaned, Mask);
        cleaned = LongNumber().Replace(cleaned, number => number.Groups["uuid"].Success ? number.Value : Mask);
        cleaned = Han().Replace(cleaned, Mask);
        return cleaned.Length <= Longest ? cleaned : cleaned[..Longest];
    }

    // A quote that is never closed hides everything behind it. An apostrophe inside a word is no quote.
    [GeneratedRegex(
        """
        "[^"]*("|$)|“[^”]*(”|$)|‘[^’]*(’|$)|「[^」]*(」|$)|『[^』]*(』|$)|《[^》]*(》|$)|`[^`]*(`|$)|(?<!\w)'.*?('(?!\w)|$)
        """,
        RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Quoted();

    // PostgreSQL's "Key (name)=(value)".
    [GeneratedRegex(@"=\s*\(.*?(\)|$)", RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Assigned();

    [GeneratedRegex(@"(?<=\bhttps?://[^\s?]*)\?\S+")]
    private static partial Regex Query();

    [GeneratedRegex(@"[\w.+-]+@[\w-]+(\.[\w-]+)+", RegexOptions.ExplicitCapture)]
    private static partial Regex Mail();

    // Identity numbers, phones, bank cards, dates; full-width digits too. A UUID is a reference, and stays.
    [GeneratedRegex(
        """
        (?<uuid>\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b)|[0-9０-９]([ -]?[0-9０-９]){5,}[xXｘＸ]?
        """,
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex LongNumber();

    [GeneratedRegex(
        @"([\p{IsCJKUnifiedIdeographs}\p{IsCJKUnifiedIdeographsExtensionA}·]|[\uD840-\uD888][\uDC00-\uDFFF])+",
        RegexOptions.ExplicitCapture)]
    private static partial Regex Han();
}
