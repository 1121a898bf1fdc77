using System.Buffers;
using IntegrationHub.Contracts.Canonical;

namespace IntegrationHub.Intake.Fields;

/// <summary>
/// Identity numbers (D4, GB 11643). Typing is put right; a wrong digit never is: what does not pass the checksum after
/// repair is refused. Residence permits (81, 82, 83) follow the same algorithm and pass.
/// </summary>
internal static class ResidentIds
{
    private const int Full = 18;
    private const int Old = 15;
    private const int EarliestYear = 1850;
    private static readonly SearchValues<char> s_mantissa = SearchValues.Create("0123456789.");
    private static readonly SearchValues<char> s_exponent = SearchValues.Create("0123456789+-");
    private static readonly SearchValues<char> s_lookAlikes = SearchValues.Create("OoОоIil|");

    public static FieldValue Read(ref Reading reading, ReadOnlySpan<char> text)
    {
        if (text.Length == Full && IsWhole(text, reading.AsOf))
            return FieldValue.OfReference(reading.Keep(text));
        if (text.Length > Letters.Longest)
            return reading.Refuse("id.length");
        Span<char> letters = stackalloc char[Letters.Longest];
        var id = letters[..Clean(ref reading, text, letters)];
        if (id.IsEmpty || Letters.MeansNothing(id))
            return reading.Absent("cell.placeholder");
        if (IsMangled(id))
            return reading.Refuse("id.mangled");
        id = WithoutCardSuffix(ref reading, id);
        Span<char> expanded = stackalloc char[Full];
        if (id.Length == Old && id.IndexOfAnyExceptInRange('0', '9') < 0)
            id = Expand(ref reading, id, expanded);
        if (id.Length != Full)
            return reading.Refuse("id.length");
        RepairLookAlikes(ref reading, id);
        return Judge(id, reading.AsOf) is { } problem ? reading.Refuse(problem) : FieldValue.OfReference(reading.Keep(id));
    }

    private static bool IsWhole(ReadOnlySpan<char> id, DateOnly? asOf) => Judge(id, asOf) is null;

    private static string? Judge(ReadOnlySpan<char> id, DateOnly? asOf)
    {
        if (id.EndsWith("000"))
            return "id.mangled"; // a spreadsheet's fifteen digits; 1 in 11 passes the checksum
        if (!ResidentId.HasValidChecksum(id))
            return "id.checksum";
        if (!Days.TryDate(Number(id[6..10]), Number(id[10..12]), Number(id[12..14]), out var bornOn) || bornOn.Year < EarliestYear)
            return "id.birth";
        return bornOn > asOf ? "id.future_birth" : null;
    }

    // NFKC would fix Ｘ and not × or the Cyrillic Х, so every kind of x is named.
    private static int Clean(ref Reading reading, ReadOnlySpan<char> text, Span<char> letters)
    {
        var length = 0;
        foreach (var written in text)
        {
            if (NameLetters.IsBlank(written))
            {
                reading.Repair("id.spaces");
                continue;
            }

            if (written is '\'' or '’' or '‘' or '`' or '＇' or '"')
            {
                reading.Repair("id.apostrophe");
                continue;
            }

            var letter = Letters.Narrow(written);
            if (letter != written && letter is >= '0' and <= '9')
                reading.Repair("id.full_width");
            if (length == Full - 1 && IsAnX(letter, text))
            {
                if (written != 'X')
                    reading.Repair("id.x_form");
                letter = 'X';
            }

            letters[length++] = letter;
        }

        return length;
    }

    // One asterisk in the last place is somebody's x; more of them hide digits.
    private static bool IsAnX(char letter, ReadOnlySpan<char> text) =>
        letter is 'X' or 'x' or '×' or 'Х' or 'х' or '✕' or '╳' || (letter == '*' && text.Count('*') + text.Count('＊') == 1);

    private static bool IsMangled(ReadOnlySpan<char> id)
    {
        if (id.ContainsAny('*', '#', '●') || (id.Count('X') + id.Count('x')) > 1)
            return true; // masked
        var mantissa = id.IndexOfAny('E', 'e');
        return mantissa > 0
            && id[..mantissa].IndexOfAnyExcept(s_mantissa) < 0
            && id[(mantissa + 1)..].IndexOfAnyExcept(s_exponent) < 0; // 4.10423E+17
    }

    // The number of a disability card is the holder's id, the category and the grade, and B1 for a second copy.
    private static Span<char> WithoutCardSuffix(scoped ref Reading reading, Span<char> id)
    {
        if (id.Length is not (20 or 22)
            || id[18] is not (>= '1' and <= '7')
            || id[19] is not (>= '1' and <= '4')
            || (id.Length == 22 && (id[20] is not ('B' or 'b') || id[21] is not (>= '0' and <= '9')))
            || !ResidentId.HasValidChecksum(id[..Full]))
        {
            return id;
        }

        reading.Repair("id.disability_card");
        return id[..Full];
    }

    /// <summary>Fifteen digits have no checksum: what is derived from them is a candidate, which its rule tells (domain.md §2.2).</summary>
    private static Span<char> Expand(scoped ref Reading reading, ReadOnlySpan<char> id, Span<char> expanded)
    {
        // Serials 996 to 999 were kept for centenarians, born in the century before.
        var century = Number(id[12..]) >= 996 ? "18" : "19";
        id[..6].CopyTo(expanded);
        century.CopyTo(expanded[6..]);
        id[6..].CopyTo(expanded[8..]);
        expanded[17] = ResidentId.CheckCharacterFor(expanded[..17]);
        reading.Repair("id.15_to_18");
        return expanded;
    }

    // O for 0, l for 1: put right only where the checksum then says so.
    private static void RepairLookAlikes(ref Reading reading, Span<char> id)
    {
        if (id.IndexOfAny(s_lookAlikes) < 0)
            return;
        Span<char> tried = stackalloc char[Full];
        for (var i = 0; i < Full; i++)
        {
            tried[i] = id[i] switch
            {
                'O' or 'o' or 'О' or 'о' => '0',
                'I' or 'i' or 'l' or '|' => '1',
                var other => other,
            };
        }

        if (!ResidentId.HasValidChecksum(tried))
            return;
        tried.CopyTo(id);
        reading.Repair("id.letter_digit");
    }

    private static int Number(ReadOnlySpan<char> digits)
    {
        var number = 0;
        foreach (var digit in digits)
            number = (number * 10) + (digit - '0');
        return number;
    }
}
