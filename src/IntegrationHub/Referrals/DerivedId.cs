using System.Security.Cryptography;

namespace IntegrationHub.Referrals;

/// <summary>
/// Ids that follow from what they name, so that doing the same work again makes the same ids (RFC 9562, version 8).
/// </summary>
public static class DerivedId
{
    public static Guid Of(Guid source, string label)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        NamedHash.Of(source, label, hash);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }
}
