using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace IntegrationHub.Intake;

/// <summary>
/// Hides the row hashes at rest. XXH128 is fast but no signature: over an id number it could be tried out by anyone who
/// learns its seed. One AES block under a secret key makes each hash a value nobody can compute, and sealing a batch costs
/// less than the rows' own hashing. Equal hashes stay equal, which is all the diff needs.
/// </summary>
internal sealed class RowSeal : IDisposable
{
    private readonly Aes _aes = Aes.Create();

    public RowSeal(byte[] key) => _aes.Key = key;

    public Guid Hide(UInt128 hash)
    {
        var value = RowHash.ToGuid(hash);
        var bytes = MemoryMarshal.AsBytes(new Span<Guid>(ref value));
        _aes.EncryptEcb(bytes, bytes, PaddingMode.None);
        return value;
    }

    /// <summary>Shows many at once, in place: five million in well under a second.</summary>
    public void Show(Span<Guid> hidden)
    {
        var bytes = MemoryMarshal.AsBytes(hidden);
        _aes.DecryptEcb(bytes, bytes, PaddingMode.None);
    }

    public void Dispose() => _aes.Dispose();
}
