using System.Text;

namespace IntegrationHub.Intake;

/// <summary>How a column's name is compared: full-width letters, spaces, quotes, marks and case do not count (D9).</summary>
internal static class HeaderNames
{
    private static readonly char[] s_between = ['/', '\\', '|', '(', ')', '[', ']', '\n', '\r', '_', ',', '、'];

    /// <summary>The name as it is compared.</summary>
    public static string Normal(string name) => Squeeze(name, keepLines: false);

    /// <summary>The parts of a bilingual name such as «姓名/Name» or «姓名(Name)», each as it is compared.</summary>
    public static IEnumerable<string> Parts(string name) =>
        Squeeze(name, keepLines: true).Split(s_between, StringSplitOptions.RemoveEmptyEntries).Where(part => part.Length > 0).Distinct();

    /// <summary>A name without what stands in brackets behind it, such as a unit; the name itself when there are none.</summary>
    public static string Base(string name)
    {
        var normal = Normal(name);
        var bracket = normal.IndexOf('(', StringComparison.Ordinal);
        return bracket > 0 ? normal[..bracket] : normal;
    }

    private static string Squeeze(string name, bool keepLines)
    {
        var squeezed = new StringBuilder(name.Length);
        foreach (var written in name)
        {
            // By hand: without ICU there is no NFKC, and only these matter in a header.
            var letter = written is >= '！' and <= '～' ? (char)(written - 0xfee0) : written;
            if (keepLines && letter is '\n' or '\r')
                squeezed.Append('\n');
            else if (!char.IsWhiteSpace(letter) && !char.IsControl(letter) && letter is not ('"' or '\'' or '=' or '*' or ':' or '\ufeff' or '\u200b' or '“' or '”'))
                squeezed.Append(char.ToLowerInvariant(letter));
        }

        return squeezed.ToString();
    }
}
