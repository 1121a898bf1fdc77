using System.Diagnostics.CodeAnalysis;

namespace IntegrationHub.Contracts.Canonical;

/// <summary>An organisation's unified social credit code (GB 32100-2015): seventeen characters and a check character.</summary>
public sealed record Uscc
{
    private const string Alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    private static readonly int[] Weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];

    private Uscc(string value) => Value = value;

    public string Value { get; }

    public static bool TryParse(string? text, [NotNullWhen(true)] out Uscc? code)
    {
        code = text is { Length: 18 } && CheckCharacterFor(text.AsSpan(0, 17)) == text[17] ? new Uscc(text) : null;
        return code is not null;
    }

    public override string ToString() => Value;

    /// <summary>The check character for the first seventeen, or null if one of them is outside the alphabet.</summary>
    public static char? CheckCharacterFor(ReadOnlySpan<char> firstSeventeen)
    {
        var sum = 0;
        for (var i = 0; i < Weights.Length; i++)
        {
            var value = Alphabet.IndexOf(firstSeventeen[i], StringComparison.Ordinal);
            if (value < 0)
                return null;
            sum += value * Weights[i];
        }

        return Alphabet[(31 - (sum % 31)) % 31];
    }
}
