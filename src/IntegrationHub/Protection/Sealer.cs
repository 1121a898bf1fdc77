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
        if (sealedBytes.Length < Overhead || sealedBytes[0] != Version)
            throw new CryptographicException("Not a sealed value of a known version.");
        var plain = new byte[sealedBytes.Length - Overhead];
        using var aes = new AesGcm(key, TagSize);
        aes.Decrypt(
            sealedBytes.Slice(1, NonceSize),
            sealedBytes.Slice(1 + NonceSize, plain.Length),
            sealedBytes[^TagSize..],
            plain);
        return plain;
    }

    /// <summary>Seals many values under one key, which is set up once. For one thread.</summary>
    public sealed class Run(byte[] key) : IDisposable
    {
        private readonly AesGcm _aes = new(key, TagSize);

        public byte[] Seal(ReadOnlySpan<byte> plain)
        {
            var result = new byte[plain.Length + Overhead];
            result[0] = Version;
            var nonce = result.AsSpan(1, NonceSize);
            RandomNumberGenerator.Fill(nonce);
            _aes.Encrypt(nonce, plain, result.AsSpan(1 + NonceSize, plain.Length), result.AsSpan(result.Length - TagSize));
            return result;
        }

        public void Dispose() => _aes.Dispose();
    }
}
