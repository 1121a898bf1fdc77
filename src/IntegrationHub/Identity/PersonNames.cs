using System.Text;
using IntegrationHub.Contracts.Canonical;

namespace IntegrationHub.Identity;

/// <summary>
/// How a name is compared: without spaces and invisible letters, one middle dot for its look-alikes, the true letter for a
/// private one (D2, D3).
/// </summary>
public static class PersonNames
{
    public static string Normalise(string name)
    {
        if (!name.AsSpan().ContainsAnyExceptInRange('一', '鿿'))
            return name;
        var text = new StringBuilder(name.Length);
        foreach (var letter in name)
        {
            if (NameLetters.IsBlank(letter))
                continue;
            if (NameLetters.FromPrivateUse(letter) is not 0 and var known)
                text.Append(char.ConvertFromUtf32(known));
            else
                text.Append(NameLetters.IsMiddleDot(letter) ? '·' : letter);
        }

        return text.ToString();
    }

    /// <summary>
    /// False when the name has a letter that stands for one nobody knows (a private code point, a question mark, a box),
    /// pinyin, a description in brackets, or hides itself (某): it is kept, and no match may rest on it (D2).
    /// </summary>
    public static bool CanBeCompared(string name)
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
