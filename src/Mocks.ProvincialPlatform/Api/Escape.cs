using System.Text;

namespace Mocks.ProvincialPlatform.Api;

/// <summary>Values as the API writes them: everything beyond ASCII as <c>%uXXXX</c>, per UTF-16 unit.</summary>
internal static class Escape
{
    private const string Hex = "0123456789ABCDEF";

    public static void Append(StringBuilder into, ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (c < 0x80)
            {
                into.Append(c);
                continue;
            }

            into.Append("%u");
            for (var shift = 12; shift >= 0; shift -= 4)
                into.Append(Hex[(c >> shift) & 15]);
        }
    }

    public static string Text(string text)
    {
        var escaped = new StringBuilder(text.Length * 2);
        Append(escaped, text);
        return escaped.ToString();
    }
}
