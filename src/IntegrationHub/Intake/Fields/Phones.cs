using System.Buffers;

namespace IntegrationHub.Intake.Fields;

/// <summary>
/// Telephone numbers are text: what people write is kept, in narrow letters. A number that a spreadsheet turned into
/// 1.38E+10 is none, and no row is lost over it.
/// </summary>
internal static class Phones
{
    private static readonly SearchValues<char> s_scientific = SearchValues.Create("0123456789.Ee+");

    public static FieldValue Read(ref Reading reading, ReadOnlySpan<char> text)
    {
        if (text.IndexOfAnyExceptInRange('0', '9') < 0)
            return FieldValue.OfReference(reading.Keep(text));
        if (text.Length > Letters.Longest)
            return reading.Refuse("field.too_long");
        if (Letters.MeansNothing(text))
            return reading.Absent("cell.placeholder");
        Span<char> letters = stackalloc char[Letters.Longest];
        var length = 0;
        foreach (var letter in text)
        {
            if (char.IsControl(letter))
            {
                reading.Repair("text.control");
                continue;
            }

            letters[length] = Letters.IsDash(letter) ? '-' : Letters.Narrow(letter);
            if (letters[length++] != letter)
                reading.Repair("phone.full_width");
        }

        var narrow = Letters.Trim(letters[..length]);
        if (narrow.IndexOfAny('E', 'e') > 0 && narrow.IndexOfAnyExcept(s_scientific) < 0)
            return reading.Absent("phone.mangled");
        if (!Texts.IsWellFormed(narrow))
            return reading.Refuse("text.invalid");
        return narrow.IsEmpty ? reading.Absent() : FieldValue.OfReference(reading.Keep(narrow));
    }
}
