using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace IntegrationHub.Intake;

/// <summary>
/// Hides the row hashes at rest. XXH128 is fast but no signature: over an id number it could be tried out by anyone who
/// learns its seed. One AES block under a secret key makes each hash a value nobody can compute, and hiding a batch costs
/// less than the rows' own hashing. Equal hashes stay equal, which is all that keys need.
/// </summary>
internal sealed class RowSeal : IDisposable
{
    private readonly Aes _aes = Aes.Create();

    public RowSeal(byte[] key) => _aes.Key = key;

    public Guid Hide(UInt128 hash) => Hide([hash])[0];

    /// <summary>Hides many at once: a call costs more than a block.</summary>
    public Guid[] Hide(ReadOnlySpan<UInt128> hashes)
    {
        var hidden = new Guid[hashes.Length];
        for (var i = 0; i < hashes.Length; i++)
            hidden[i] = RowHash.ToGuid(hashes[i]);
        var bytes = MemoryMarshal.AsBytes(hidden.AsSpan());
        _aes.EncryptEcb(bytes, bytes, PaddingMode.None);
        return hidden;
    }

    public void Dispose() => _aes.Dispose();
}
