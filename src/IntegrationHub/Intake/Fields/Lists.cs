using System.Buffers;

namespace IntegrationHub.Intake.Fields;

/// <summary>Entries separated by a vertical bar; with a code list also by the separators people use instead.</summary>
internal static class Lists
{
    private const int MostEntries = 200;
    private static readonly SearchValues<char> s_bars = SearchValues.Create("|｜");
    private static readonly SearchValues<char> s_separators = SearchValues.Create("|｜、,，;；");

    public static FieldValue Read(ref Reading reading, ReadOnlySpan<char> text)
    {
        if (!Texts.IsWellFormed(text))
            return reading.Refuse("text.invalid");
        if (Letters.MeansNothing(text))
            return reading.Absent("cell.placeholder");
        var separators = reading.Column.Codes is null ? s_bars : s_separators;
        var entries = new List<string>();
        foreach (var part in text.SplitAny(separators))
        {
            var entry = Letters.Trim(text[part]);
            if (entry.IsEmpty || entries.Count == MostEntries)
                return reading.Refuse("list.empty");
            if (reading.Column.Codes is null)
                entries.Add(new string(entry));
            else if (Codes.Find(ref reading, entry) is { } code)
                entries.Add(code);
            else
                return reading.Refuse("code.unknown");
        }

        if (text.Count('|') < entries.Count - 1)
            reading.Repair("list.separators");
        return FieldValue.OfReference(entries.ToArray());
    }
}
