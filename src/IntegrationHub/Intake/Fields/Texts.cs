using System.Text;

namespace IntegrationHub.Intake.Fields;

/// <summary>Free text: as it came, without control letters; half a letter (a lone surrogate) is refused, nothing can store it.</summary>
internal static class Texts
{
    public static FieldValue Read(ref Reading reading, ReadOnlySpan<char> text)
    {
        if (IsPlain(text))
            return FieldValue.OfReference(reading.Keep(text));
        if (!IsWellFormed(text))
            return reading.Refuse("text.invalid");
        var kept = new StringBuilder(text.Length);
        foreach (var letter in text)
        {
            if (!char.IsControl(letter) || letter is '\t' or '\r' or '\n')
                kept.Append(letter);
        }

        if (kept.Length == text.Length)
            return FieldValue.OfReference(reading.Keep(text));
        reading.Repair("text.control");
        return Letters.Trim(kept.ToString()) is { Length: > 0 } value ? FieldValue.OfReference(new string(value)) : reading.Absent();
    }

    /// <summary>True when every surrogate has its other half.</summary>
    public static bool IsWellFormed(ReadOnlySpan<char> text)
    {
        for (var at = text.IndexOfAnyInRange('\ud800', '\udfff'); at >= 0 && at < text.Length; at++)
        {
            if (!char.IsSurrogate(text[at]))
                continue;
            if (!char.IsHighSurrogate(text[at]) || at + 1 == text.Length || !char.IsLowSurrogate(text[at + 1]))
                return false;
            at++;
        }

        return true;
    }

    private static bool IsPlain(ReadOnlySpan<char> text) =>
        !text.ContainsAnyInRange('\0', '\u001f') && !text.ContainsAnyInRange('\u007f', '\u009f') && !text.ContainsAnyInRange('\ud800', '\udfff');
}
