namespace IntegrationHub.Intake.Fields;

/// <summary>Amounts in words, as receipts have them: 壹仟贰佰叁拾肆元伍角陆分, 壹万元整 (D7).</summary>
internal static class ChineseMoney
{
    /// <summary>Reads the whole text or nothing; a number without 元 counts <paramref name="unit"/> yuan.</summary>
    public static bool TryRead(ReadOnlySpan<char> text, decimal unit, out decimal amount)
    {
        amount = 0;
        if (text is [_, .., '整' or '正'])
            text = text[..^1];
        var yuan = text.IndexOfAny('元', '圆');
        var rest = yuan < 0 ? default : text[(yuan + 1)..];
        if (yuan < 0 && text.IndexOfAny('角', '分') >= 0)
        {
            yuan = 0;
            rest = text;
        }

        if (yuan < 0)
        {
            if (!TryWhole(text, out amount))
                return false;
            amount *= unit;
            return true;
        }

        if (yuan > 0 && !TryWhole(text[..yuan], out amount))
            return false;
        if (!TryFraction(rest, out var fraction))
            return false;
        amount += fraction;
        return true;
    }

    // Sections of four digits with 亿 and 万 between them.
    private static bool TryWhole(ReadOnlySpan<char> text, out decimal amount)
    {
        amount = 0;
        if (!TakeSection('亿', 100_000_000m, ref text, ref amount) || !TakeSection('万', 10_000m, ref text, ref amount))
            return false;
        if (text.IsEmpty)
            return amount > 0;
        if (amount > 0 && text.Length == 1)
            return false; // 叁万伍 may be 35,000 and 30,005
        if (!ChineseNumerals.TrySection(text, out var last))
            return false;
        amount += last;
        return true;
    }

    private static bool TakeSection(char unit, decimal size, ref ReadOnlySpan<char> text, ref decimal amount)
    {
        var at = text.IndexOf(unit);
        if (at < 0)
            return true;
        if (at == 0 || !ChineseNumerals.TrySection(text[..at], out var section) || section == 0)
            return false;
        amount += section * size;
        text = text[(at + 1)..];
        return true;
    }

    private static bool TryFraction(ReadOnlySpan<char> text, out decimal fraction)
    {
        fraction = 0;
        if (text is [_, '角', ..])
        {
            if (ChineseNumerals.DigitOf(text[0]) is not (>= 0 and var jiao))
                return false;
            fraction = jiao / 10m;
            text = text[2..];
        }

        if (text is ['零' or '〇', _, ..])
            text = text[1..];
        if (text is [_, '分'])
        {
            if (ChineseNumerals.DigitOf(text[0]) is not (>= 0 and var fen))
                return false;
            fraction += fen / 100m;
            text = text[2..];
        }

        return text.IsEmpty;
    }
}
