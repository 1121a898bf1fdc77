using IntegrationHub.Contracts.Canonical;

namespace IntegrationHub.Intake.Fields;

/// <summary>
/// Names of people (D2, D3). Typing and notes are taken off; letters nobody can read stay and are marked
/// <c>name.degraded</c>, so that no match ever rests on them; two people in one cell are refused.
/// </summary>
internal static class Names
{
    public const string Degraded = "name.degraded";

    /// <summary>No name of a person is longer; what is longer is refused before it costs anything.</summary>
    private const int Longest = 100;

    public static FieldValue Read(ref Reading reading, ReadOnlySpan<char> text)
    {
        if (text.Length is >= 2 and <= 4 && !text.ContainsAnyExceptInRange('一', '龥') && !NameNotes.IsSuspicious(text))
            return FieldValue.OfReference(reading.Keep(text));
        if (text.Length > Longest)
            return reading.Refuse("field.too_long");
        if (!Texts.IsWellFormed(text))
            return reading.Refuse("text.invalid");
        if (Letters.MeansNothing(text))
            return reading.Absent("cell.placeholder");

        // A mapped private letter may take two places.
        Span<char> letters = stackalloc char[Longest * 2];
        var name = letters[..Clean(ref reading, text, letters)];
        name = NameNotes.TakeOff(ref reading, name);
        if (name.IsEmpty)
            return reading.Absent();
        if (Letters.MeansNothing(name))
            return reading.Absent("cell.placeholder"); // only typing had kept it from being one
        if (name.Length > Longest || name.Length > reading.Column.MaxLength)
            return reading.Refuse("field.too_long");
        if (NameNotes.NamesSeveral(name))
            return reading.Refuse("name.several");
        JoinDots(ref reading, name);
        if (!CanBeCompared(name))
            reading.Repair(Degraded);
        return FieldValue.OfReference(reading.Keep(name));
    }

    private static int Clean(ref Reading reading, ReadOnlySpan<char> text, Span<char> letters)
    {
        var isLatin = !text.ContainsAnyInRange('⺀', '\uffff');
        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var letter = text[i];
            if (NameLetters.IsBlank(letter))
            {
                length = Space(ref reading, text, i, isLatin, letters, length);
            }
            else if (NameLetters.FromPrivateUse(letter) is not 0 and var known)
            {
                reading.Repair("name.pua");
                length += new System.Text.Rune(known).EncodeToUtf16(letters[length..]);
            }
            else
            {
                letters[length++] = letter;
            }
        }

        return length;
    }

    // Inside a Chinese name a blank is typing; between the words of another script it is part of the name. Blanks between
    // two pieces that could each be a name leave open whether one person is meant.
    private static int Space(
        ref Reading reading, ReadOnlySpan<char> text, int at, bool isLatin, Span<char> letters, int length)
    {
        if (isLatin)
        {
            if (text[at] != ' ' || letters[length - 1] == ' ')
                reading.Repair("name.spaces");
            if (letters[length - 1] != ' ')
                letters[length++] = ' ';
            return length;
        }

        reading.Repair("name.spaces");
        var after = text[at..].TrimStart(' ');
        if (text[..at].Length >= 2 && after.Length >= 2 && !NameNotes.IsCompoundSurname(letters[..length])
            && NameLetters.IsHan(letters[0]) && NameLetters.IsHan(letters[length - 1]) && NameLetters.IsHan(after[0]) && NameLetters.IsHan(after[1]))
        {
            reading.Repair(Degraded);
        }

        return length;
    }

    private static void JoinDots(ref Reading reading, Span<char> name)
    {
        for (var i = 0; i < name.Length; i++)
        {
            var isDot = NameLetters.IsMiddleDot(name[i])
                || (name[i] is '.' or '｡' && i > 0 && i + 1 < name.Length && NameLetters.IsHan(name[i - 1]) && NameLetters.IsHan(name[i + 1]));
            if (!isDot || name[i] == '·')
                continue;
            name[i] = '·';
            reading.Repair("name.dot");
        }
    }

    // The same answer as PersonNames.CanBeCompared gives for the finished name: stations do not reference each other.
    private static bool CanBeCompared(ReadOnlySpan<char> name)
    {
        var letters = 0;
        foreach (var rune in name.EnumerateRunes())
        {
            if (rune.Value == '某' || !(NameLetters.IsHan(rune.Value) || rune.Value == '·'))
                return false;
            letters++;
        }

        return letters >= 2;
    }
}
