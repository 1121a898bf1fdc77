using IntegrationHub.Policy;

namespace IntegrationHub.Intake.Fields;

/// <summary>Moments as <c>yyyyMMddHHmmss</c> on a clock in China, or with separators, or with their own time zone.</summary>
internal static class Instants
{
    private const int EarliestYear = 1900;

    public static FieldValue Read(ref Reading reading, ReadOnlySpan<char> text)
    {
        if (text.Length == 14 && text.IndexOfAnyExceptInRange('0', '9') < 0)
            return OfDigits(ref reading, text);
        if (Letters.MeansNothing(text))
            return reading.Absent("cell.placeholder");
        Span<char> buffer = stackalloc char[Letters.Longest];
        if (!DateText.TryRead(text, buffer, out var written))
            return reading.Refuse("date.invalid");
        if (written.WasChinese)
            reading.Repair("date.chinese");
        if (written.WasFullWidth)
            reading.Repair("date.full_width");
        if (written.Digits > 0)
            return OfDigits(ref reading, buffer[..written.Digits]);
        if (written.Time is not { } time || written.First.Length != 4
            || !Days.TryDate(written.First.Value, written.Second.Value, written.Third.Value, out var date))
        {
            return reading.Refuse("date.invalid");
        }

        reading.Repair("date.separators");
        return Of(ref reading, date.ToDateTime(time), written.Zone);
    }

    private static FieldValue OfDigits(ref Reading reading, ReadOnlySpan<char> digits)
    {
        if (digits.Length is not (12 or 14)
            || !Days.TryDate((Number(digits[..2]) * 100) + Number(digits[2..4]), Number(digits[4..6]), Number(digits[6..8]), out var date))
        {
            return reading.Refuse("date.invalid");
        }

        var (hour, minute, second) = (Number(digits[8..10]), Number(digits[10..12]), digits.Length == 14 ? Number(digits[12..]) : 0);
        if (hour > 23 || minute > 59 || second > 59)
            return reading.Refuse("date.invalid");
        return Of(ref reading, date.ToDateTime(new TimeOnly(hour, minute, second)), null);
    }

    private static FieldValue Of(ref Reading reading, DateTime local, int? zone)
    {
        if (local.Year is < EarliestYear or >= 9999)
            return reading.Refuse("date.invalid");
        return FieldValue.Of(zone is { } minutes
            ? new DateTimeOffset(local, TimeSpan.FromMinutes(minutes))
            : HubCalendar.InstantOf(local));
    }

    private static int Number(ReadOnlySpan<char> two) => ((two[0] - '0') * 10) + (two[1] - '0');
}
