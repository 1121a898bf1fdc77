using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Crypto.Macs;
using Org.BouncyCastle.Crypto.Parameters;

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
        public int Size => 32;

        public byte[] Hash(ReadOnlySpan<byte> data)
        {
            var digest = new SM3Digest();
            digest.BlockUpdate(data);
            var result = new byte[Size];
            digest.DoFinal(result);
            return result;
        }

        public byte[] Hmac(ReadOnlySpan<byte> key, ReadOnlySpan<byte> data)
        {
            var mac = new HMac(new SM3Digest());
            mac.Init(new KeyParameter(key));
            mac.BlockUpdate(data);
            var result = new byte[Size];
            mac.DoFinal(result);
            return result;
        }
    }
}
