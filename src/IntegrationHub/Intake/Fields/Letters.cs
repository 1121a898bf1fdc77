using IntegrationHub.Contracts.Canonical;

namespace IntegrationHub.Intake.Fields;

/// <summary>Letters as keyboards and exporters write them: widths, dashes, the signs that stand for nothing.</summary>
internal static class Letters
{
    /// <summary>Longer than any cell that is a number, a date, a code or an id: what is longer is refused unread.</summary>
    public const int Longest = 64;

    /// <summary>The ASCII letter of a full-width one; anything else stays.</summary>
    public static char Narrow(char letter) => letter is >= '！' and <= '～' ? (char)(letter - '！' + '!') : letter;

    /// <summary>True for a hyphen, minus or dash of any make.</summary>
    public static bool IsDash(char letter) => letter is '-' or '－' or '‐' or '‑' or '–' or '—' or '―' or '−' or '﹣';

    /// <summary>
    /// Writes the text without blanks, full-width letters made narrow. A blank between two digits leaves
    /// <paramref name="joint"/>, if there is one: 12 34 must not become 1234 unasked. At most as long as the text.
    /// </summary>
    public static int Fold(ReadOnlySpan<char> text, Span<char> folded, char joint = '\0')
    {
        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (!NameLetters.IsBlank(text[i]))
                folded[length++] = Narrow(text[i]);
            else if (joint != '\0' && length > 0 && char.IsAsciiDigit(folded[length - 1]) && i + 1 < text.Length && char.IsAsciiDigit(Narrow(text[i + 1])))
                folded[length++] = joint;
        }

        return length;
    }

    /// <summary>The text without blanks of any kind around it.</summary>
    public static ReadOnlySpan<char> Trim(ReadOnlySpan<char> text)
    {
        while (text.Length > 0 && NameLetters.IsBlank(text[0]))
            text = text[1..];
        while (text.Length > 0 && NameLetters.IsBlank(text[^1]))
            text = text[..^1];
        return text;
    }

    /// <summary>True for the ways of writing that a cell has no value (D7).</summary>
    public static bool MeansNothing(ReadOnlySpan<char> text)
    {
        if (text.Length > 4)
            return false;
        var dashes = 0;
        while (dashes < text.Length && IsDash(text[dashes]))
            dashes++;
        return dashes == text.Length
            || text is "/" or "／" or "\\" or "无" or "空" or "暂无" or "#N/A" or "N/A" or "n/a" or "\\N"
            || text.Equals("null", StringComparison.OrdinalIgnoreCase);
    }
}
