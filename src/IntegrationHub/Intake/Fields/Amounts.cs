using System.Buffers;
using System.Globalization;

namespace IntegrationHub.Intake.Fields;

/// <summary>
/// Amounts of money in yuan with two decimals (D7). A bare number counts what its column says (yuan, fen, wan); a unit in
/// the cell wins over the column's.
/// </summary>
internal static class Amounts
{
    private const decimal Largest = 999_999_999_999.99m;

    /// <summary>What a spreadsheet's binary fractions may be off by.</summary>
    private const decimal Noise = 0.000001m;

    private const int MostDigits = 12;
    private static readonly SearchValues<char> s_digits = SearchValues.Create("0123456789.");

    public static FieldValue Read(ref Reading reading, ReadOnlySpan<char> text)
    {
        if (reading.Column.Unit is null or "yuan" && TryPlain(text, out var plain))
            return FieldValue.Of(plain);
        if (text.Length > Letters.Longest)
            return reading.Refuse("money.invalid");
        if (Letters.MeansNothing(text))
            return reading.Absent("cell.placeholder");
        Span<char> letters = stackalloc char[Letters.Longest];
        var length = Letters.Fold(text, letters, joint: ',');
        if (!text.SequenceEqual(letters[..length]))
            reading.Repair("money.full_width");
        for (var i = 0; i < length; i++)
            letters[i] = Letters.IsDash(letters[i]) ? '-' : letters[i] == '￥' ? '¥' : letters[i];
        return OfFolded(ref reading, letters[..length]);
    }

    // 1234.50 and nothing else: digits, at most two of them behind a point.
    private static bool TryPlain(ReadOnlySpan<char> text, out decimal amount)
    {
        amount = default;
        var point = text.IndexOf('.');
        var decimals = point < 0 ? 0 : text.Length - point - 1;
        if (point == 0 || decimals > 2 || decimals == 0 != point < 0 || text.Length - decimals > MostDigits + 1)
            return false;
        long hundredths = 0;
        foreach (var letter in text)
        {
            if (letter == '.')
                continue;
            if (!char.IsAsciiDigit(letter))
                return false;
            hundredths = (hundredths * 10) + (letter - '0');
        }

        for (var i = decimals; i < 2; i++)
            hundredths *= 10;
        amount = new decimal((int)hundredths, (int)(hundredths >> 32), 0, false, 2);
        return amount <= Largest;
    }

    private static FieldValue OfFolded(ref Reading reading, Span<char> text)
    {
        var sign = 1m;
        if (text is ['(', .., ')'])
        {
            reading.Repair("money.parentheses");
            sign = -1;
            text = text[1..^1];
        }

        text = WithoutSymbol(ref reading, text);
        if (sign > 0 && text is ['-' or '+', ..])
        {
            sign = text[0] == '-' ? -1 : 1;
            text = WithoutSymbol(ref reading, text[1..]);
        }

        var unit = UnitOf(ref reading, ref text);
        if (text.IsEmpty)
            return reading.Refuse("money.invalid");
        if (ChineseNumerals.DigitOf(text[0]) >= 0 || ChineseNumerals.UnitOf(text[0]) > 0)
            return OfChinese(ref reading, text, sign, unit);
        return WithoutCommas(ref reading, ref text)
            && text.IndexOfAnyExcept(s_digits) < 0
            && text[0] != '.' && text[^1] != '.'
            && text.Length <= 28
            && decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            ? Judge(ref reading, number, sign, unit)
            : reading.Refuse("money.invalid");
    }

    private static Span<char> WithoutSymbol(scoped ref Reading reading, Span<char> text)
    {
        var rest = text;
        if (rest.StartsWith("人民币") || rest.StartsWith("RMB") || rest.StartsWith("CNY"))
            rest = rest[3..];
        if (rest is ['¥', ..])
            rest = rest[1..];
        if (rest.Length < text.Length)
            reading.Repair("money.symbol");
        return rest;
    }

    // What one of the number is worth in yuan. 大写 keeps its own 元角分, so only a unit behind digits is taken off here.
    private static decimal UnitOf(ref Reading reading, ref Span<char> text)
    {
        if (text is not [>= '0' and <= '9', .., not (>= '0' and <= '9')])
            return ColumnUnit(reading.Column);
        var end = text;
        if (end is [.., '整' or '正'])
            end = end[..^1];
        if (end is [.., '分'])
        {
            reading.Repair("money.fen");
            text = end[..^1];
            return 0.01m;
        }

        if (end is [.., '元' or '圆' or '块'])
        {
            reading.Repair("money.symbol");
            text = end = end[..^1];
            if (end is not [.., '万'])
                return 1;
        }

        if (end is not [.., '万'])
            return ColumnUnit(reading.Column);
        reading.Repair("money.wan");
        text = end[..^1];
        return 10_000m;
    }

    private static decimal ColumnUnit(LayoutColumn column) => column.Unit switch
    {
        "fen" => 0.01m,
        "wan" => 10_000m,
        _ => 1,
    };

    // Commas must stand where thousands are: 12,34 is not 1234.
    private static bool WithoutCommas(ref Reading reading, ref Span<char> text)
    {
        if (!text.Contains(','))
            return true;
        var point = text.IndexOf('.');
        var end = point < 0 ? text.Length : point;
        if (text.IndexOf(',') > 3)
            return false;
        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != ',')
                text[length++] = text[i];
            else if (i == 0 || i > end || (end - i) % 4 != 0)
                return false;
        }

        reading.Repair("money.separators");
        text = text[..length];
        return true;
    }

    private static FieldValue OfChinese(ref Reading reading, ReadOnlySpan<char> text, decimal sign, decimal unit)
    {
        if (!ChineseMoney.TryRead(text, unit, out var amount))
            return reading.Refuse("money.invalid");
        reading.Repair("money.chinese");
        return Judge(ref reading, amount, sign, 1);
    }

    private static FieldValue Judge(ref Reading reading, decimal number, decimal sign, decimal unit)
    {
        if (number > Largest)
            return reading.Refuse("money.invalid");
        var amount = number * unit;
        var rounded = decimal.Round(amount, 2, MidpointRounding.AwayFromZero);
        if (rounded != amount)
        {
            if (Math.Abs(rounded - amount) > Noise)
                return reading.Refuse("money.invalid");
            reading.Repair("money.float_noise");
        }

        return rounded > Largest ? reading.Refuse("money.invalid") : FieldValue.Of(sign < 0 && rounded > 0 ? -(rounded + 0.00m) : rounded + 0.00m);
    }
}
