namespace IntegrationHub.Identity.Linkage;

/// <summary>How two id numbers may be one number, once written wrongly.</summary>
internal static class IdComparison
{
    private const int BirthEnd = 14;
    private const int CheckAt = 17;

    /// <summary>Two numbers that can be numbers; the check characters follow from the rest and are not compared.</summary>
    public static IdLevel Whole(string one, string other)
    {
        if (one == other)
            return IdLevel.Same;
        var a = one.AsSpan(0, CheckAt);
        var b = other.AsSpan(0, CheckAt);
        if (a[..BirthEnd].SequenceEqual(b[..BirthEnd]))
            return IdLevel.Tail;
        return IsSwap(a, b) ? IdLevel.Transposed : Substitutions(a, b) == 1 ? IdLevel.OneOff : IdLevel.Different;
    }

    /// <summary>A whole number and something that is none: cut, doubled, mistyped or masked.</summary>
    public static IdLevel Unusable(string whole, string text)
    {
        if (text.Length == CheckAt + 1 && text.Contains('*', StringComparison.Ordinal))
            return Fits(whole, text) ? IdLevel.OneOff : IdLevel.Different;
        if (text.Length == 15)
            return text == $"{whole[..6]}{whole[8..CheckAt]}" ? IdLevel.Same : IdLevel.Different;
        if (text.Length == whole.Length && IsSwap(whole, text))
            return IdLevel.Transposed;
        return Math.Abs(text.Length - whole.Length) <= 1 && NameComparison.EditDistance<char>(whole, text) <= 1
            ? IdLevel.OneOff
            : IdLevel.Different;
    }

    private static bool Fits(string whole, string mask)
    {
        for (var i = 0; i < mask.Length; i++)
        {
            if (mask[i] != '*' && mask[i] != whole[i])
                return false;
        }

        return true;
    }

    private static bool IsSwap(ReadOnlySpan<char> one, ReadOnlySpan<char> other)
    {
        var at = one.CommonPrefixLength(other);
        return at + 1 < one.Length
            && one[at] == other[at + 1]
            && one[at + 1] == other[at]
            && one[(at + 2)..].SequenceEqual(other[(at + 2)..]);
    }

    private static int Substitutions(ReadOnlySpan<char> one, ReadOnlySpan<char> other)
    {
        var apart = 0;
        for (var i = 0; i < one.Length; i++)
            apart += one[i] == other[i] ? 0 : 1;
        return apart;
    }
}
