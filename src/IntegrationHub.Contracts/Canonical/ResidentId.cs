using System.Diagnostics.CodeAnalysis;

namespace IntegrationHub.Contracts.Canonical;

/// <summary>
/// A resident identity number (GB 11643): seventeen digits and a checksum character.
/// An instance exists only if the checksum holds and the birth date is a day, and it never prints itself in full.
/// </summary>
public sealed record ResidentId
{
    private const string CheckCharacters = "10X98765432";
    private static readonly int[] Weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

    private ResidentId(string value, DateOnly bornOn)
    {
        Value = value;
        BornOn = bornOn;
    }

    /// <summary>The full number. Personal data: write it sealed to the database or to the wire, never to a log.</summary>
    public string Value { get; }

    /// <summary>The birth date the number states.</summary>
    public DateOnly BornOn { get; }

    /// <summary>Sex by the seventeenth digit: 1 male, 2 female (GB/T 2261.1).</summary>
    public int Sex => (Value[16] - '0') % 2 == 1 ? 1 : 2;

    /// <summary>
    /// True for the number of a residence permit (81 Hong Kong, 82 Macau, 83 Taiwan): another type of id by the same
    /// algorithm. The prefix says so; a checksum never tells a type, one number can pass several.
    /// </summary>
    public bool IsResidencePermit => Value[0] == '8' && Value[1] is >= '1' and <= '3';

    public static bool TryParse(string? text, [NotNullWhen(true)] out ResidentId? id)
    {
        id = text is { Length: 18 } && HasValidChecksum(text) && TryReadBirth(text, out var bornOn)
            ? new ResidentId(text, bornOn)
            : null;
        return id is not null;
    }

    public override string ToString() => $"{Value[..4]}**********{Value[^4..]}";

    /// <summary>The eighteenth character that belongs to seventeen digits.</summary>
    public static char CheckCharacterFor(ReadOnlySpan<char> firstSeventeen)
    {
        var sum = 0;
        for (var i = 0; i < Weights.Length; i++)
            sum += (firstSeventeen[i] - '0') * Weights[i];
        return CheckCharacters[sum % 11];
    }

    /// <summary>True if the text has the shape and the checksum of a number, whatever its date says.</summary>
    public static bool HasValidChecksum(ReadOnlySpan<char> candidate) =>
        candidate.Length == 18
        && candidate[..17].IndexOfAnyExceptInRange('0', '9') < 0
        && candidate[17] == CheckCharacterFor(candidate[..17]);

    private static bool TryReadBirth(ReadOnlySpan<char> value, out DateOnly bornOn) =>
        DateOnly.TryParseExact(value.Slice(6, 8), "yyyyMMdd", null, default, out bornOn);
}
