using System.Buffers;

namespace IntegrationHub.Intake.Fields;

/// <summary>Digests: 64 hexadecimal characters in lower case.</summary>
internal static class Digests
{
    private const int Length = 64;
    private static readonly SearchValues<char> s_lower = SearchValues.Create("0123456789abcdef");
    private static readonly SearchValues<char> s_any = SearchValues.Create("0123456789abcdefABCDEF");

    public static FieldValue Read(ref Reading reading, ReadOnlySpan<char> text)
    {
        if (text.Length == Length && text.IndexOfAnyExcept(s_lower) < 0)
            return FieldValue.OfReference(reading.Keep(text));
        if (Letters.MeansNothing(text))
            return reading.Absent("cell.placeholder");
        if (text.Length != Length || text.IndexOfAnyExcept(s_any) >= 0)
            return reading.Refuse("digest.invalid");
        Span<char> lower = stackalloc char[Length];
        text.ToLowerInvariant(lower);
        reading.Repair("digest.upper_case");
        return FieldValue.OfReference(new string(lower));
    }
}
