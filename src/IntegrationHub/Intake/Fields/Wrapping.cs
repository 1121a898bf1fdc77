namespace IntegrationHub.Intake.Fields;

/// <summary>
/// What spreadsheets and exporters put around a value: blanks, the ="…" guard, the leading apostrophe (D4, D9). Plain
/// spaces around a value are no repair; every fixed-width export has them.
/// </summary>
internal static class Wrapping
{
    public static ReadOnlySpan<char> TakeOff(scoped ref Reading reading, ReadOnlySpan<char> text)
    {
        if (text.IsEmpty || (IsPlain(text[0]) && IsPlain(text[^1])))
            return text;
        int before;
        do
        {
            before = text.Length;
            text = Trim(ref reading, text);
            if (text is ['=', '"', .., '"'] && text.Length > 2)
            {
                text = text[2..^1];
                reading.Repair("cell.formula_guard");
            }

            if (text is ['\'', ..] && !text[1..].Contains('\''))
            {
                text = text[1..];
                reading.Repair("cell.apostrophe");
            }
        }
        while (text.Length != before);
        return text;
    }

    private static bool IsPlain(char edge) =>
        edge is (> ' ' and < '\u007f' and not ('=' or '\'')) or (>= '\u4e00' and <= '\u9fff');

    private static ReadOnlySpan<char> Trim(scoped ref Reading reading, ReadOnlySpan<char> text)
    {
        var plain = text.Trim(" \t\r\n");
        var bare = Letters.Trim(plain);
        if (bare.Length < plain.Length)
            reading.Repair("cell.blanks");
        return bare;
    }
}
