namespace IntegrationHub.Intake.Fields;

/// <summary>Counts: digits, also full-width, with a unit such as 人, as 4.0 from a spreadsheet, or in Chinese numerals.</summary>
internal static class Integers
{
    private const int MostDigits = 9;

    public static FieldValue Read(ref Reading reading, ReadOnlySpan<char> text)
    {
        if (TryDigits(text, out var number))
            return FieldValue.Of(number);
        if (text.Length > Letters.Longest)
            return reading.Refuse("integer.invalid");
        if (Letters.MeansNothing(text))
            return reading.Absent("cell.placeholder");
        Span<char> letters = stackalloc char[Letters.Longest];
        ReadOnlySpan<char> folded = letters[..Letters.Fold(text, letters, joint: ' ')];
        if (!folded.SequenceEqual(text))
            reading.Repair("integer.full_width");
        folded = WithoutUnit(ref reading, folded);
        folded = WithoutFraction(ref reading, folded);
        if (TryDigits(folded, out number))
            return FieldValue.Of(number);
        if (!ChineseNumerals.TrySmall(folded, out number))
            return reading.Refuse("integer.invalid");
        reading.Repair("integer.chinese");
        return FieldValue.Of(number);
    }

    private static bool TryDigits(ReadOnlySpan<char> text, out int number)
    {
        number = 0;
        if (text.IsEmpty || text.Length > MostDigits)
            return false;
        foreach (var digit in text)
        {
            if (!char.IsAsciiDigit(digit))
                return false;
            number = (number * 10) + (digit - '0');
        }

        return true;
    }

    private static ReadOnlySpan<char> WithoutUnit(scoped ref Reading reading, ReadOnlySpan<char> text)
    {
        if (text is not [_, .., '人' or '口' or '户' or '个' or '名'])
            return text;
        reading.Repair("integer.unit");
        return text[..^1];
    }

    private static ReadOnlySpan<char> WithoutFraction(scoped ref Reading reading, ReadOnlySpan<char> text)
    {
        var point = text.IndexOf('.');
        if (point < 1 || point + 1 == text.Length || text[(point + 1)..].IndexOfAnyExcept('0') >= 0)
            return text;
        reading.Repair("integer.decimal");
        return text[..point];
    }
}
