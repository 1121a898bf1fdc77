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
