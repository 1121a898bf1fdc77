namespace IntegrationHub.Intake.Fields;

/// <summary>
/// Administrative divisions (D8, GB/T 2260): 4, 6, 9 or 12 digits. Zeros that only pad are taken off, so that prefixes can
/// be compared; old codes and names go through the crosswalk. Townships and villages are not listed completely and are
/// not looked up; a county of a listed city is.
/// </summary>
internal static class Divisions
{
    private const int City = 4;
    private const int County = 6;
    private const int Longest = 15;

    private const string Provinces =
        "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82";

    public static FieldValue Read(ref Reading reading, ReadOnlySpan<char> text)
    {
        if (text.Length > Letters.Longest)
            return reading.Refuse("code.unknown");
        Span<char> letters = stackalloc char[Letters.Longest];
        var code = letters[..Letters.Fold(text, letters)];
        if (!text.SequenceEqual(code))
            reading.Repair("code.folded");
        if (Letters.MeansNothing(code))
            return reading.Absent("cell.placeholder");
        return code.IndexOfAnyExceptInRange('0', '9') < 0 ? ByDigits(ref reading, code) : ByName(ref reading, code);
    }

    private static FieldValue ByDigits(ref Reading reading, ReadOnlySpan<char> code)
    {
        if (code.Length == Longest)
        {
            reading.Repair("division.urban_class"); // the statistics bureau's three digits for town and country
            code = code[..12];
        }

        if (code.Length is not (4 or 6 or 9 or 12) || !Provinces.AsSpan().Contains(code[..2], StringComparison.Ordinal))
            return reading.Refuse("code.unknown");
        var whole = WithoutPadding(code);
        if (whole.Length < City)
            return reading.Refuse("code.unknown"); // a province is nobody's address
        if (whole.Length < code.Length)
            reading.Repair("division.padded");
        return ByWhole(ref reading, whole);
    }

    private static FieldValue ByWhole(ref Reading reading, ReadOnlySpan<char> whole)
    {
        if (IsPlaceholder(whole))
            return reading.Refuse("division.placeholder");
        if (whole.Length < County || reading.Column.Codes is null)
            return FieldValue.OfReference(reading.Keep(whole));
        var codes = reading.Column.Codes.GetAlternateLookup<ReadOnlySpan<char>>();
        if (!codes.TryGetValue(whole[..County], out var county))
        {
            return codes.ContainsKey(whole[..City])
                ? reading.Refuse("code.unknown") // a city is listed with all its counties
                : FieldValue.OfReference(reading.Keep(whole));
        }

        if (whole[..County].SequenceEqual(county))
            return FieldValue.OfReference(reading.Keep(whole));

        // Townships were numbered anew when their county was, so what follows the old code says nothing.
        reading.Repair("division.old_code");
        return FieldValue.OfReference(county);
    }

    private static FieldValue ByName(ref Reading reading, ReadOnlySpan<char> name)
    {
        if (name.EndsWith("市辖区"))
            return reading.Refuse("division.placeholder");
        if (reading.Column.Codes is null)
            return reading.Refuse("code.unknown");
        var codes = reading.Column.Codes.GetAlternateLookup<ReadOnlySpan<char>>();
        if (!codes.TryGetValue(name, out var code))
            return reading.Refuse("code.unknown");
        reading.Repair("division.name");
        return FieldValue.OfReference(code);
    }

    /// <summary>
    /// True for 市辖区, which is no place but a heading. The municipalities number their real districts from 01, and so do
    /// the counties that stand directly under a province (90).
    /// </summary>
    private static bool IsPlaceholder(ReadOnlySpan<char> code) =>
        code.Length >= County && code[City..County] is "01" && code[2..City] is not "90" && code[..2] is not ("11" or "12" or "31" or "50");

    private static ReadOnlySpan<char> WithoutPadding(ReadOnlySpan<char> code)
    {
        if (code.Length == 12 && code[9..] is "000")
            code = code[..9];
        if (code.Length == 9 && code[6..] is "000")
            code = code[..6];
        if (code.Length == 6 && code[4..] is "00")
            code = code[..4];
        return code.Length == 4 && code[2..] is "00" ? code[..2] : code;
    }
}
