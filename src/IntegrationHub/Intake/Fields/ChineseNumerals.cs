namespace IntegrationHub.Intake.Fields;

/// <summary>Numbers written in Chinese numerals, everyday and 大写.</summary>
internal static class ChineseNumerals
{
    /// <summary>The digit a numeral is; −1 when it is none.</summary>
    public static int DigitOf(char numeral) => numeral switch
    {
        '零' or '〇' or '○' => 0,
        '一' or '壹' or '弌' => 1,
        '二' or '贰' or '貳' or '两' => 2,
        '三' or '叁' or '參' => 3,
        '四' or '肆' => 4,
        '五' or '伍' => 5,
        '六' or '陆' or '陸' => 6,
        '七' or '柒' => 7,
        '八' or '捌' => 8,
        '九' or '玖' => 9,
        _ => -1,
    };

    /// <summary>The power of ten a unit is, up to 千; 0 when it is none.</summary>
    public static int UnitOf(char numeral) => numeral switch
    {
        '十' or '拾' => 10,
        '百' or '佰' => 100,
        '千' or '仟' => 1_000,
        _ => 0,
    };

    /// <summary>A whole number below ten thousand.</summary>
    public static bool TrySmall(ReadOnlySpan<char> text, out int number)
    {
        number = 0;
        if (text.IsEmpty || !TrySection(text, out var section))
            return false;
        number = section;
        return true;
    }

    /// <summary>
    /// Digits and units in falling order, such as 壹仟零伍: every unit once, 零 only between, nothing left over. 壹佰伍 is
    /// refused, because people mean 150 and 105 by it.
    /// </summary>
    public static bool TrySection(ReadOnlySpan<char> text, out int number)
    {
        number = 0;
        var digit = 0;
        var zero = false;
        var last = 10_000;
        foreach (var letter in text)
        {
            if (UnitOf(letter) is not 0 and var unit)
            {
                // 拾 alone at the front is 10; anywhere else a unit needs its digit.
                if (unit >= last || (digit == 0 && (unit != 10 || number > 0 || zero)))
                    return false;
                (number, last, digit, zero) = (number + (Math.Max(digit, 1) * unit), unit, 0, false);
            }
            else if (digit > 0 || DigitOf(letter) is not (>= 0 and var value))
            {
                return false;
            }
            else if (value > 0)
            {
                digit = value;
            }
            else if (zero)
            {
                return false;
            }
            else
            {
                zero = true;
            }
        }

        if (digit == 0)
            return !zero || text.Length == 1;
        number += digit;
        return zero || last is 10 or 10_000;
    }
}
