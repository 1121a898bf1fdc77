using System.IO.Hashing;
using System.Runtime.CompilerServices;
using System.Text;

namespace IntegrationHub.Intake;

/// <summary>
/// The hashes of the snapshot diff: XXH128 over raw bytes, seeded with a secret. Fast enough for every row of every
/// night; hidden at rest by <see cref="RowSeal"/>; not a signature, which the manifest's digest is.
/// </summary>
internal sealed class RowHash(long secretSeed, string source, string type)
{
    /// <summary>How many of a key's first bits say where it lies.</summary>
    internal const int LocalityBits = 32;

    /// <summary>Characters at the end of the first key field that tell neighbours apart.</summary>
    private const int Neighbours = 2;

    // A key means something within its source and type only; the seed keeps equal keys of different types apart.
    private readonly long _keySeed = secretSeed ^ (long)XxHash3.HashToUInt64(Encoding.UTF8.GetBytes($"{source}|{type}"));

    public UInt128 OfRow(ReadOnlySpan<byte> row) => XxHash128.HashToUInt128(row, secretSeed);

    /// <summary>
    /// Hash of the key fields. Its first 32 bits come from the beginning of the first field alone, so that rows a source
    /// keeps together, such as the members of a household, lie together in an index of keys.
    /// </summary>
    public UInt128 OfKey(ReadOnlySpan<byte> keyFields)
    {
        var first = Math.Max(keyFields.IndexOf(RowKeys.Between), 0);
        var beginning = XxHash3.HashToUInt64(keyFields[..Math.Max(first - Neighbours, 0)], _keySeed);
        return (XxHash128.HashToUInt128(keyFields, _keySeed) & (UInt128.MaxValue >> LocalityBits))
            | ((UInt128)beginning << (128 - LocalityBits));
    }

    public static Guid ToGuid(UInt128 value) => Unsafe.BitCast<UInt128, Guid>(value);
}
