namespace IntegrationHub.Contracts.Canonical;

/// <summary>
/// What a letter of a person's name is (D2, D3): shared by the reading of names and by their comparison, so that the two
/// can never disagree.
/// </summary>
public static class NameLetters
{
    private const int FirstPrivate = 0xe815;

    /// <summary>
    /// U+E815…U+E864 in order: where code page 936 kept the GBK letters FE50…FEA0 that Unicode had no place for at the
    /// time (GB 18030-2005 appendix; GB 18030-2022 table 1).
    /// </summary>
    private static readonly int[] s_private =
    [
        0x2e81, 0x20087, 0x20089, 0x200cc, 0x2e84, 0x3473, 0x3447, 0x2e88, 0x2e8b, 0x9fb4, 0x359e, 0x361a, 0x360e, 0x2e8c, 0x2e97, 0x396e,
        0x3918, 0x9fb5, 0x39cf, 0x39df, 0x3a73, 0x39d0, 0x9fb6, 0x9fb7, 0x3b4e, 0x3c6e, 0x3ce0, 0x2ea7, 0x215d7, 0x9fb8, 0x2eaa, 0x4056,
        0x415f, 0x2eae, 0x4337, 0x2eb3, 0x2eb6, 0x2eb7, 0x2298f, 0x43b1, 0x43ac, 0x2ebb, 0x43dd, 0x44d6, 0x4661, 0x464c, 0x9fb9, 0x4723,
        0x4729, 0x477c, 0x478d, 0x2eca, 0x4947, 0x497a, 0x497d, 0x4982, 0x4983, 0x4985, 0x4986, 0x499f, 0x499b, 0x49b7, 0x49b6, 0x9fba,
        0x241fe, 0x4ca3, 0x4c9f, 0x4ca0, 0x4ca1, 0x4c77, 0x4ca2, 0x4d13, 0x4d14, 0x4d15, 0x4d16, 0x4d17, 0x4d18, 0x4d19, 0x4dae, 0x9fbb,
    ];

    /// <summary>True for what takes no place in a name: white space, controls, zero-width and direction marks.</summary>
    public static bool IsBlank(char letter) =>
        letter <= ' '
        || (letter >= '\u007f'
            && (char.IsWhiteSpace(letter)
                || char.IsControl(letter)
                || letter is '\u00ad' or '\u180e' or '\ufeff' or (>= '\u200b' and <= '\u200f') or (>= '\u202a' and <= '\u202e')
                    or (>= '\u2060' and <= '\u2064')));

    /// <summary>True for the middle dot of a name and everything keyboards and fonts put in its place.</summary>
    public static bool IsMiddleDot(char letter) =>
        letter is '·' or '・' or '•' or '．' or '‧' or '･' or '∙' or '⋅' or '﹒';

    /// <summary>The letter a private code point of the old GBK stands for; 0 when nobody knows.</summary>
    public static int FromPrivateUse(char letter) =>
        letter - FirstPrivate is >= 0 and var at && at < s_private.Length ? s_private[at] : 0;

    /// <summary>True for a Chinese character as names are written with: no radical, no component, no private letter.</summary>
    public static bool IsHan(int letter) =>
        letter is (>= 0x4e00 and <= 0x9fff) or (>= 0x3400 and <= 0x4dbf) or (>= 0x20000 and <= 0x3347f) or 0x3007 or (>= 0xf900 and <= 0xfaff);
}
