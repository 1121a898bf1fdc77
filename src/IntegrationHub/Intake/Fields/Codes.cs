namespace IntegrationHub.Intake.Fields;

/// <summary>
/// Values of a code list (D8). What the list or crosswalk does not know is refused, never taken for "other" (R07); a
/// spelling listed as an alias is taken and told.
/// </summary>
internal static class Codes
{
    public static FieldValue Read(ref Reading reading, ReadOnlySpan<char> text)
    {
        if (reading.Column.Codes is null)
            return Texts.Read(ref reading, text);
        if (Find(ref reading, text) is { } code)
            return FieldValue.OfReference(code);
        return Letters.MeansNothing(text) ? reading.Absent("cell.placeholder") : reading.Refuse("code.unknown");
    }

    /// <summary>What a value means, read as it stands and then without blanks and full-width letters; null when unknown.</summary>
    public static string? Find(ref Reading reading, ReadOnlySpan<char> value)
    {
        var codes = reading.Column.Codes!.GetAlternateLookup<ReadOnlySpan<char>>(); // the caller has seen that there are codes
        if (codes.TryGetValue(value, out var code))
        {
            TellAlias(ref reading, value);
            return code;
        }

        if (value.Length > Letters.Longest)
            return null;
        Span<char> letters = stackalloc char[Letters.Longest];
        var folded = letters[..Letters.Fold(value, letters)];
        if (!codes.TryGetValue(folded, out code))
            return null;
        reading.Repair("code.folded");
        TellAlias(ref reading, folded);
        return code;
    }

    private static void TellAlias(ref Reading reading, ReadOnlySpan<char> value)
    {
        if (reading.Column.OtherSpellings?.GetAlternateLookup<ReadOnlySpan<char>>().Contains(value) == true)
            reading.Repair("code.alias");
    }
}
