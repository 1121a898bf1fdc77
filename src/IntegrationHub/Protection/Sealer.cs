using System.Security.Cryptography;

namespace IntegrationHub.Protection;

/// <summary>AES-256-GCM with a random nonce. Layout: version 1, nonce 12, ciphertext, tag 16.</summary>
public static class Sealer
{
    private const byte Version = 1;
    private const int NonceSize = 12;
    private const int TagSize = 16;

    /// <summary>How much longer a sealed value is than the plain one.</summary>
    public const int Overhead = 1 + NonceSize + TagSize;

    public static byte[] Seal(byte[] key, ReadOnlySpan<byte> plain)
    {
        using var run = new Run(key);
        return run.Seal(plain);
    }

    /// <exception cref="CryptographicException">The bytes were changed, or the key is another one.</exception>
    public static byte[] Open(byte[] key, ReadOnlySpan<byte> sealedBytes)
    {
        var plain = new byte[Math.Max(sealedBytes.Length - Overhead, 0)];
        Open(key, sealedBytes, plain);
        return plain;
    }

    /// <summary>Opens into a buffer of the caller's, for values too large to allocate each time; returns how much was written.</summary>
    /// <exception cref="CryptographicException">The bytes were changed, or the key is another one.</exception>
    public static int Open(byte[] key, ReadOnlySpan<byte> sealedBytes, Span<byte> target)
    {
        if (sealedBytes.Length < Overhead || sealedBytes[0] != Version)
            throw new CryptographicException("Not a sealed value of a known version.");
        var length = sealedBytes.Length - Overhead;
        using var aes = new AesGcm(key, TagSize);
        aes.Decrypt(
            sealedBytes.Slice(1, NonceSize), sealedBytes.Slice(1 + NonceSize, length), sealedBytes[^TagSize..], target[..length]);
        return length;
    }

    /// <summary>True if this key opens it; what was inside is forgotten.</summary>
    internal static bool Opens(byte[] key, byte[] sealedBytes)
    {
        try
        {
            CryptographicOperations.ZeroMemory(Open(key, sealedBytes));
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    /// <summary>Seals many values under one key, which is set up once. For one thread.</summary>
    public sealed class Run(byte[] key) : IDisposable
    {
        private readonly AesGcm _aes = new(key, TagSize);

        public byte[] Seal(ReadOnlySpan<byte> plain)
        {
            var result = new byte[plain.Length + Overhead];
            Seal(plain, result);
            return result;
        }

        /// <summary>Seals into a buffer of exactly the plain length and <see cref="Overhead"/>.</summary>
        public void Seal(ReadOnlySpan<byte> plain, Span<byte> target)
        {
            target[0] = Version;
            var nonce = target.Slice(1, NonceSize);
            Nonces.Next(nonce);
            _aes.Encrypt(nonce, plain, target.Slice(1 + NonceSize, plain.Length), target[^TagSize..]);
        }

        public void Dispose() => _aes.Dispose();
    }

    // A call to the system's generator costs as much as the sealing itself, so nonces are drawn 256 at a time. Each is
    // handed out once.
    private static class Nonces
    {
        [ThreadStatic]
        private static byte[]? t_drawn;

        [ThreadStatic]
        private static int t_used;

        public static void Next(Span<byte> nonce)
        {
            var drawn = t_drawn ??= new byte[256 * NonceSize];
            if (t_used is 0 || t_used == drawn.Length)
            {
                RandomNumberGenerator.Fill(drawn);
                t_used = 0;
            }

            drawn.AsSpan(t_used, NonceSize).CopyTo(nonce);
            t_used += NonceSize;
        }
    }
}
