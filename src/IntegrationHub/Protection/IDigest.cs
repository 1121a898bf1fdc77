using System.Security.Cryptography;

namespace IntegrationHub.Protection;

/// <summary>A digest of bytes under a name that is stored beside what it gave, so that a suite can change and the old still be checked.</summary>
public interface IDigest
{
    /// <summary>The name it is stored under.</summary>
    string Name { get; }

    /// <summary>Length of what it gives, in bytes.</summary>
    int Size { get; }

    byte[] Hash(ReadOnlySpan<byte> data);

    /// <summary>The keyed form (HMAC, RFC 2104).</summary>
    byte[] Hmac(ReadOnlySpan<byte> key, ReadOnlySpan<byte> data);
}

/// <summary>The digests this version knows, by name.</summary>
public static class Digests
{
    public static readonly IDigest Sha256 = new Sha256Digest();

    /// <summary>GB/T 32905, for installations that must use national cryptography.</summary>
    public static readonly IDigest Sm3 = new Sm3Digest();

    /// <summary>Null if the name is none of ours.</summary>
    public static IDigest? Find(string name) => name == Sha256.Name ? Sha256 : name == Sm3.Name ? Sm3 : null;

    private sealed class Sha256Digest : IDigest
    {
        public string Name => "SHA-256";
        public int Size => SHA256.HashSizeInBytes;
        public byte[] Hash(ReadOnlySpan<byte> data) => SHA256.HashData(data);
        public byte[] Hmac(ReadOnlySpan<byte> key, ReadOnlySpan<byte> data) => HMACSHA256.HashData(key, data);
    }

    private sealed class Sm3Digest : IDigest
    {
        public string Name => "SM3";
        public int Size => Sm3Hash.Size;
        public byte[] Hash(ReadOnlySpan<byte> data) => Sm3Hash.Hash(data);
        public byte[] Hmac(ReadOnlySpan<byte> key, ReadOnlySpan<byte> data) => Sm3Hash.Hmac(key, data);
    }
}
