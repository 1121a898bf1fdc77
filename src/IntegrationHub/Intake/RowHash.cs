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
    // A key means something within its source and type only; the seed keeps equal keys of different types apart.
    private readonly long _keySeed = secretSeed ^ (long)XxHash3.HashToUInt64(Encoding.UTF8.GetBytes($"{source}|{type}"));

    public UInt128 OfRow(ReadOnlySpan<byte> row) => XxHash128.HashToUInt128(row, secretSeed);

    public UInt128 OfKey(ReadOnlySpan<byte> keyFields) => XxHash128.HashToUInt128(keyFields, _keySeed);

    public static Guid ToGuid(UInt128 value) => Unsafe.BitCast<UInt128, Guid>(value);
}
