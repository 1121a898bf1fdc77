namespace IntegrationHub.Intake.Fields;

/// <summary>Months as <c>yyyyMM</c>, in the forms dates have (D6).</summary>
internal static class Months
{
    public static FieldValue Read(ref Reading reading, ReadOnlySpan<char> text)
    {
        if (text.Length == 6 && text.IndexOfAnyExceptInRange('0', '9') < 0 && IsMonth(Number(text[..4]), Number(text[4..])))
            return FieldValue.OfReference(reading.Keep(text));
        if (Letters.MeansNothing(text))
            return reading.Absent("cell.placeholder");
        if (Dates.IsOpenEnd(text))
            return OpenEnd(ref reading);
        Span<char> buffer = stackalloc char[Letters.Longest];
        if (!DateText.TryRead(text, buffer, out var written) || written.Zone is not null)
            return reading.Refuse("month.invalid");
        if (written.WasChinese)
            reading.Repair("date.chinese");
        if (written.WasFullWidth)
            reading.Repair("date.full_width");
        return written.Digits == 0 ? OfNumbers(ref reading, written) : OfDigits(ref reading, buffer[..written.Digits]);
    }

    private static FieldValue OfDigits(ref Reading reading, ReadOnlySpan<char> digits)
    {
        if (digits.Length is not (6 or 8))
            return reading.Refuse("month.invalid");
        var (year, month) = (Number(digits[..4]), Number(digits[4..6]));
        return digits.Length == 6 ? Of(ref reading, year, month) : WithDay(ref reading, year, month, Number(digits[6..]));
    }

    private static FieldValue OfNumbers(ref Reading reading, DateText written)
    {
        if (written.First.Length != 4 || written.Second.Length == 0 || written is { Separator: '.', Second: { Value: 1, Length: 1 }, Third.Length: 0 })
            return reading.Refuse("month.invalid");
        if (!written.IsIso)
            reading.Repair("date.separators");
        return written.Third.Length == 0
            ? Of(ref reading, written.First.Value, written.Second.Value)
            : WithDay(ref reading, written.First.Value, written.Second.Value, written.Third.Value);
    }

    private static FieldValue WithDay(ref Reading reading, int year, int month, int day)
    {
        if ((year, month, day) is (0, 0, 0) or (9999, 12, 31))
            return Of(ref reading, year, month);
        if (!Days.TryDate(year, month, day, out _))
            return reading.Refuse("month.invalid");
        reading.Repair("month.day_dropped");
        return Of(ref reading, year, month);
    }

    private static FieldValue Of(ref Reading reading, int year, int month)
    {
        if (year == 0 && month == 0)
            return reading.Absent("date.zero");
        if (year == 9999)
            return OpenEnd(ref reading);
        if (!IsMonth(year, month))
            return reading.Refuse("month.invalid");
        Span<char> digits = stackalloc char[6];
        var number = (year * 100) + month;
        for (var i = 5; i >= 0; i--, number /= 10)
            digits[i] = (char)('0' + (number % 10));
        return FieldValue.OfReference(new string(digits));
    }

    private static FieldValue OpenEnd(ref Reading reading)
    {
        if (reading.Column.Required)
            return reading.Refuse("month.invalid");
        reading.Repair("date.open_end");
        return default;
    }

    private static bool IsMonth(int year, int month) => year is >= 1850 and <= 2200 && month is >= 1 and <= 12;

    private static int Number(ReadOnlySpan<char> digits)
    {
        var number = 0;
        foreach (var digit in digits)
            number = (number * 10) + (digit - '0');
        return number;
    }
}
