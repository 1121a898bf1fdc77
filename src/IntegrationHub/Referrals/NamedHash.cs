using System.Security.Cryptography;
using System.Text;

namespace IntegrationHub.Referrals;

/// <summary>SHA-256 of an id and a label, written out in one way: routing takes a dozen of them for every need.</summary>
internal static class NamedHash
{
    private const int IdLength = 32;
    private const int OnStack = 256;

    public static void Of(Guid id, string label, Span<byte> hash)
    {
        var longest = IdLength + 1 + Encoding.UTF8.GetMaxByteCount(label.Length);
        Span<byte> text = longest <= OnStack ? stackalloc byte[OnStack] : new byte[longest];
        id.TryFormat(text, out _, "N");
        text[IdLength] = (byte)'|';
        var written = Encoding.UTF8.GetBytes(label, text[(IdLength + 1)..]);
        SHA256.HashData(text[..(IdLength + 1 + written)], hash);
    }
}
