using System.Security.Cryptography;

namespace Mocks.ProvincialPlatform.Files;

/// <summary>SHA-256 behind <see cref="IDigest"/>.</summary>
internal sealed class Sha256 : IDigest
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public string Name => "sha256";

    public void Append(ReadOnlySpan<byte> bytes) => _hash.AppendData(bytes);

    public string Finish() => Convert.ToHexStringLower(_hash.GetHashAndReset());
}
