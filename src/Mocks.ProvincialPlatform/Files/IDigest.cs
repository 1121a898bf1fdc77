using System.Security.Cryptography;

namespace Mocks.ProvincialPlatform.Files;

/// <summary>The digest named in a manifest, computed while the file is written.</summary>
internal interface IDigest
{
    string Name { get; }

    void Append(ReadOnlySpan<byte> bytes);

    /// <summary>Lower-case hex of everything appended.</summary>
    string Finish();

    static IDigest Named(string name) => name == "sm3" ? new Sm3() : new Sha256();
}

/// <summary>SHA-256 behind <see cref="IDigest"/>.</summary>
internal sealed class Sha256 : IDigest
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public string Name => "sha256";

    public void Append(ReadOnlySpan<byte> bytes) => _hash.AppendData(bytes);

    public string Finish() => Convert.ToHexStringLower(_hash.GetHashAndReset());
}
