using System.Buffers.Text;
using System.Security.Cryptography;

namespace IntegrationHub.Subscriptions;

/// <summary>
/// An API key: 256 random bits, shown once. Only their hash is kept, so a copy of the database opens no door.
/// </summary>
internal static class ApiKey
{
    private const string Prefix = "hub_";
    private const int Size = 32;

    public static (string Key, byte[] Hash) Create()
    {
        var bits = RandomNumberGenerator.GetBytes(Size);
        return (Prefix + Base64Url.EncodeToString(bits), SHA256.HashData(bits));
    }

    /// <summary>The hash to look a key up by, or null if the text cannot be a key.</summary>
    public static byte[]? HashOf(string? key)
    {
        if (key is null || !key.StartsWith(Prefix, StringComparison.Ordinal) || key.Length > 64)
            return null;
        Span<byte> bits = stackalloc byte[64];
        return Base64Url.IsValid(key.AsSpan(Prefix.Length))
            && Base64Url.TryDecodeFromChars(key.AsSpan(Prefix.Length), bits, out var length)
            && length == Size
                ? SHA256.HashData(bits[..length])
                : null;
    }
}
