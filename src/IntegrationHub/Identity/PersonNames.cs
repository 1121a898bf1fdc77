using System.Text;

namespace IntegrationHub.Identity;

/// <summary>How a name is compared: without spaces and invisible letters, one middle dot for its five look-alikes (D3).</summary>
public static class PersonNames
{
    public static string Normalise(string name)
    {
        var text = new StringBuilder(name.Length);
        foreach (var letter in name)
        {
            if (char.IsWhiteSpace(letter) || letter is '\u200b' or '\u200c' or '\u200d' or '\ufeff')
                continue;
            text.Append(letter is '・' or '•' or '．' or '‧' ? '·' : letter);
        }

        return text.ToString();
    }
}
