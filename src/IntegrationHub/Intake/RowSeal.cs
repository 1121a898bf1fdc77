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

    /// <summary>Hides row hashes, many at once: a call costs more than a block.</summary>
    public Guid[] Hide(ReadOnlySpan<UInt128> hashes)
    {
        var hidden = new Guid[hashes.Length];
        for (var i = 0; i < hashes.Length; i++)
            hidden[i] = RowHash.ToGuid(hashes[i]);
        var bytes = MemoryMarshal.AsBytes(hidden.AsSpan());
        _aes.EncryptEcb(bytes, bytes, PaddingMode.None);
        return hidden;
    }

    /// <summary>
    /// Hides row keys. Keys that lie together do so hidden as well: what says where a key lies is hidden by itself, and
    /// comes first in the order PostgreSQL gives to uuids.
    /// </summary>
    public Guid[] HideKeys(ReadOnlySpan<UInt128> keys)
    {
        var places = new UInt128[keys.Length];
        for (var i = 0; i < keys.Length; i++)
            places[i] = keys[i] >> (128 - RowHash.LocalityBits);
        var hidden = Hide(keys);
        var hiddenPlaces = Hide(places);
        for (var i = 0; i < keys.Length; i++)
            PlaceOf(hiddenPlaces, i).CopyTo(PlaceOf(hidden, i));
        return hidden;
    }

    private static Span<byte> PlaceOf(Guid[] hidden, int index) =>
        MemoryMarshal.AsBytes(hidden.AsSpan(index, 1))[..(RowHash.LocalityBits / 8)];

    public void Dispose() => _aes.Dispose();
}
