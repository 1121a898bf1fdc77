using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace IntegrationHub.Intake;

/// <summary>
/// The hashes of the snapshot diff: XXH128 over raw bytes, seeded with a secret. Fast enough for every row of every
/// night; not a signature, which the manifest's digest is.
/// </summary>
internal sealed class RowHash(long secretSeed, string source, string type)
{
    // A key means something within its source and type only; the seed keeps equal keys of different types apart.
    private readonly long _keySeed = secretSeed ^ (long)XxHash3.HashToUInt64(Encoding.UTF8.GetBytes($"{source}|{type}"));

    public UInt128 OfRow(ReadOnlySpan<byte> row) => XxHash128.HashToUInt128(row, secretSeed);

    public UInt128 OfKey(ReadOnlySpan<byte> keyFields) => XxHash128.HashToUInt128(keyFields, _keySeed);

    public static Guid ToGuid(UInt128 value)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, value);
        return new Guid(bytes, bigEndian: true);
    }

    public static UInt128 ToNumber(Guid value)
    {
        Span<byte> bytes = stackalloc byte[16];
        value.TryWriteBytes(bytes, bigEndian: true, out _);
        return BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }
}
