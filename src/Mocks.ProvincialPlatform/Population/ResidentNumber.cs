namespace Mocks.ProvincialPlatform.Population;

/// <summary>Invented resident id numbers (GB 11643) in the unallocated area 410499.</summary>
internal static class ResidentNumber
{
    public const int Length = 18;
    private const string Area = "410499";
    private const string CheckCharacters = "10X98765432";

    private static ReadOnlySpan<int> Weights => [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

    public static void Write(Span<char> into, int birthDay, int serial)
    {
        Area.CopyTo(into);
        var birth = DateOnly.FromDayNumber(birthDay);
        WriteDigits(into[6..14], (birth.Year * 10_000) + (birth.Month * 100) + birth.Day);
        WriteDigits(into[14..17], serial);
        into[17] = CheckCharacter(into);
    }

    /// <summary>The same number with a check character that is wrong.</summary>
    public static void Break(Span<char> number)
    {
        var next = CheckCharacters.IndexOf(number[17], StringComparison.Ordinal) + 1;
        number[17] = CheckCharacters[next % CheckCharacters.Length];
    }

    private static char CheckCharacter(ReadOnlySpan<char> number)
    {
        var sum = 0;
        for (var i = 0; i < Weights.Length; i++)
            sum += (number[i] - '0') * Weights[i];
        return CheckCharacters[sum % 11];
    }

    private static void WriteDigits(Span<char> into, int value)
    {
        for (var i = into.Length - 1; i >= 0; i--, value /= 10)
            into[i] = (char)('0' + (value % 10));
    }
}
