using IntegrationHub.Contracts.Canonical;

namespace IntegrationHub.Intake.Fields;

/// <summary>
/// The numbers a date is written with (D6), in the order they stand, and how it was written; what they mean is for
/// <see cref="Dates"/>, <see cref="Months"/> and <see cref="Instants"/> to say.
/// </summary>
internal struct DateText
{
    /// <summary>How many digits there are when there is nothing else; otherwise 0.</summary>
    public int Digits { get; private set; }

    public (int Value, int Length) First { get; private set; }
    public (int Value, int Length) Second { get; private set; }
    public (int Value, int Length) Third { get; private set; }

    /// <summary>The separator behind the first number: a dash, slash, point, blank or 年.</summary>
    public char Separator { get; private set; }

    /// <summary>True for yyyy-MM-dd and yyyy-MM exactly, which is no repair.</summary>
    public bool IsIso { get; private set; }

    public bool WasChinese { get; private set; }
    public bool WasFullWidth { get; private set; }
    public TimeOnly? Time { get; private set; }

    /// <summary>Minutes east of Greenwich when the text says so.</summary>
    public int? Zone { get; private set; }

    /// <summary>Reads the text; <paramref name="buffer"/> receives it in narrow letters and must be twice as long.</summary>
    public static bool TryRead(ReadOnlySpan<char> text, Span<char> buffer, out DateText date)
    {
        date = new DateText();
        if (text.Length * 2 > buffer.Length) // 十 becomes two digits
            return false;
        var length = date.Narrow(text, buffer);
        ReadOnlySpan<char> rest = buffer[..length];
        if (rest.IndexOfAnyExceptInRange('0', '9') < 0)
        {
            date.Digits = length;
            return rest.Length > 0;
        }

        if (!date.TakeNumbers(ref rest))
            return false;
        rest = rest.TrimStart(' ');
        return rest.IsEmpty || date.TakeTime(rest);
    }

    // Full-width digits become digits, 二〇二四 becomes 2024 and 二十一 becomes 21; the marks 年月日 stay.
    private int Narrow(ReadOnlySpan<char> text, Span<char> buffer)
    {
        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var letter = text[i];
            if (ChineseNumerals.DigitOf(letter) >= 0 || letter is '十' or '拾' or '廿' or '卅')
            {
                WasChinese = true;
                length += TakeChinese(text, ref i, buffer[length..]);
                continue;
            }

            var narrow = Letters.IsDash(letter) ? '-' : letter is '。' or '．' ? '.' : NameLetters.IsBlank(letter) ? ' ' : Letters.Narrow(letter);
            WasFullWidth |= narrow != letter;
            buffer[length++] = narrow;
        }

        return length;
    }

    private static int TakeChinese(ReadOnlySpan<char> text, ref int at, Span<char> buffer)
    {
        var start = at;
        while (at < text.Length && (ChineseNumerals.DigitOf(text[at]) >= 0 || text[at] is '十' or '拾' or '廿' or '卅'))
            at++;
        var run = text[start..at--];
        if (run.IndexOfAny("十拾廿卅") < 0)
        {
            for (var i = 0; i < run.Length; i++)
                buffer[i] = (char)('0' + ChineseNumerals.DigitOf(run[i]));
            return run.Length;
        }

        var number = NumberBelowHundred(run);
        if (number is < 0 or > 99)
        {
            buffer[0] = '?';
            return 1;
        }

        // Two digits at most, and the run that becomes them is never shorter than one letter: 十 is the only one that grows.
        if (number < 10 || buffer.Length < 2)
        {
            buffer[0] = number < 10 ? (char)('0' + number) : '?';
            return 1;
        }

        buffer[0] = (char)('0' + (number / 10));
        buffer[1] = (char)('0' + (number % 10));
        return 2;
    }

    private static int NumberBelowHundred(ReadOnlySpan<char> run)
    {
        if (run.Length > 0 && run[0] == '零')
            run = run[1..]; // 零壹拾, as cheques have it
        if (run is ['廿' or '卅', ..])
        {
            var tens = run[0] == '廿' ? 20 : 30;
            return run.Length == 1 ? tens : run.Length == 2 && ChineseNumerals.DigitOf(run[1]) is > 0 and var units ? tens + units : -1;
        }

        return run.IndexOfAny("廿卅") < 0 && ChineseNumerals.TrySmall(run, out var number) ? number : -1;
    }

    private bool TakeNumbers(ref ReadOnlySpan<char> rest)
    {
        var whole = rest;
        if (TakeNumber(ref rest, 4) is not { } first)
            return false;
        First = first;
        Separator = TakeSeparator(ref rest);
        if (Separator == '\0')
            return false;
        if (rest.IsEmpty)
            return Separator == '年';
        if (TakeNumber(ref rest, 2) is not { } second)
            return false;
        Second = second;
        var next = TakeSeparator(ref rest);
        if (next is '\0' or '月' && (rest.IsEmpty || rest[0] == ' '))
        {
            IsIso = Separator == '-' && first.Length == 4 && second.Length == 2 && whole.Length == 7;
            return next == '月' ? Separator == '年' : Separator != ' ' && rest.IsEmpty;
        }

        if (!Fits(Separator, next) || TakeNumber(ref rest, 4) is not { } third)
            return false;
        Third = third;
        IsIso = Separator == '-' && next == '-' && first.Length == 4 && second.Length == 2 && third.Length == 2 && whole[4] == '-' && whole[7] == '-';
        if (rest.TrimStart(' ') is ['日' or '号', ..] marked)
            rest = marked[1..];
        return true;
    }

    private static bool Fits(char first, char second) => first == '年' ? second == '月' : first == second;

    private static (int Value, int Length)? TakeNumber(ref ReadOnlySpan<char> rest, int longest)
    {
        var length = 0;
        var value = 0;
        while (length < rest.Length && length <= longest && char.IsAsciiDigit(rest[length]))
            value = (value * 10) + (rest[length++] - '0');
        if (length == 0 || length > longest)
            return null;
        rest = rest[length..];
        return (value, length);
    }

    // Blanks around a separator do not count; alone they are one.
    private static char TakeSeparator(ref ReadOnlySpan<char> rest)
    {
        var trimmed = rest.TrimStart(' ');
        if (trimmed is ['-' or '/' or '.' or '年' or '月', ..])
        {
            rest = trimmed[1..].TrimStart(' ');
            return trimmed[0];
        }

        if (trimmed.Length == rest.Length || trimmed.IsEmpty || !char.IsAsciiDigit(trimmed[0]) || HasClock(trimmed))
            return '\0';
        rest = trimmed;
        return ' ';
    }

    private static bool HasClock(ReadOnlySpan<char> text) => text.IndexOf(':') is > 0 and <= 2;

    private bool TakeTime(ReadOnlySpan<char> rest)
    {
        if (rest[0] is 'T' or 't')
            rest = rest[1..];
        if (rest.IsEmpty || rest[^1] is 'Z' or 'z')
        {
            Zone = 0;
            rest = rest.IsEmpty ? rest : rest[..^1];
        }
        else if (rest.LastIndexOfAny('+', '-') is > 0 and var sign)
        {
            if (!TryZone(rest[sign..], out var zone))
                return false;
            Zone = zone;
            rest = rest[..sign];
        }

        return TakeClock(rest);
    }

    private bool TakeClock(ReadOnlySpan<char> rest)
    {
        if (TakeNumber(ref rest, 2) is not { Value: < 24 } hour || rest is not [':', ..])
            return false;
        rest = rest[1..];
        if (TakeNumber(ref rest, 2) is not { Value: < 60, Length: 2 } minute)
            return false;
        var second = 0;
        if (rest is [':', ..])
        {
            rest = rest[1..];
            if (TakeNumber(ref rest, 2) is not { Value: < 60, Length: 2 } taken)
                return false;
            second = taken.Value;
            if (rest is ['.', _, ..] && rest.Length <= 8 && rest[1..].IndexOfAnyExceptInRange('0', '9') < 0)
                rest = []; // no source means its fractions
        }

        Time = new TimeOnly(hour.Value, minute.Value, second);
        return rest.IsEmpty;
    }

    private static bool TryZone(ReadOnlySpan<char> text, out int minutes)
    {
        minutes = 0;
        var digits = text[1..];
        if (TakeNumber(ref digits, 2) is not { Value: <= 14, Length: 2 } hours)
            return false;
        if (digits is [':', ..])
            digits = digits[1..];
        var rest = digits.IsEmpty ? (Value: 0, Length: 2) : TakeNumber(ref digits, 2) ?? (60, 0);
        minutes = ((hours.Value * 60) + rest.Value) * (text[0] == '-' ? -1 : 1);
        return digits.IsEmpty && rest.Value < 60;
    }
}
