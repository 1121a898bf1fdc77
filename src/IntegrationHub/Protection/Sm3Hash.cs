using System.Buffers.Binary;
using System.Numerics;

namespace IntegrationHub.Protection;

/// <summary>SM3 as GB/T 32905-2016 gives it; .NET has none. Letters and step names are the standard's.</summary>
internal static class Sm3Hash
{
    public const int Size = 32;
    private const int BlockSize = 64;
    private const int LengthSize = 8;

    private static readonly uint[] s_start =
    [
        0x7380166F, 0x4914B2B9, 0x172442D7, 0xDA8A0600, 0xA96F30BC, 0x163138AA, 0xE38DEE4D, 0xB0FB0E4E,
    ];

    public static byte[] Hash(ReadOnlySpan<byte> data)
    {
        Span<uint> state = stackalloc uint[8];
        s_start.CopyTo(state);
        var rest = data;
        for (; rest.Length >= BlockSize; rest = rest[BlockSize..])
            Compress(state, rest[..BlockSize]);

        // A one bit, zeros, and the length in bits: one block more, or two where the length finds no room.
        Span<byte> tail = stackalloc byte[2 * BlockSize];
        tail.Clear();
        rest.CopyTo(tail);
        tail[rest.Length] = 0x80;
        var blocks = rest.Length + 1 + LengthSize <= BlockSize ? 1 : 2;
        BinaryPrimitives.WriteUInt64BigEndian(tail[((blocks * BlockSize) - LengthSize)..], (ulong)data.Length * 8);
        for (var block = 0; block < blocks; block++)
            Compress(state, tail.Slice(block * BlockSize, BlockSize));

        var hash = new byte[Size];
        for (var i = 0; i < state.Length; i++)
            BinaryPrimitives.WriteUInt32BigEndian(hash.AsSpan(i * 4), state[i]);
        return hash;
    }

    public static byte[] Hmac(ReadOnlySpan<byte> key, ReadOnlySpan<byte> data)
    {
        Span<byte> padded = stackalloc byte[BlockSize];
        padded.Clear();
        if (key.Length > BlockSize)
            Hash(key).CopyTo(padded);
        else
            key.CopyTo(padded);
        var inner = new byte[BlockSize + data.Length];
        var outer = new byte[BlockSize + Size];
        for (var i = 0; i < BlockSize; i++)
        {
            inner[i] = (byte)(padded[i] ^ 0x36);
            outer[i] = (byte)(padded[i] ^ 0x5C);
        }

        data.CopyTo(inner.AsSpan(BlockSize));
        Hash(inner).CopyTo(outer.AsSpan(BlockSize));
        return Hash(outer);
    }

    private static void Compress(Span<uint> state, ReadOnlySpan<byte> block)
    {
        Span<uint> w = stackalloc uint[68];
        for (var j = 0; j < 16; j++)
            w[j] = BinaryPrimitives.ReadUInt32BigEndian(block[(j * 4)..]);
        for (var j = 16; j < w.Length; j++)
        {
            w[j] = P1(w[j - 16] ^ w[j - 9] ^ BitOperations.RotateLeft(w[j - 3], 15))
                ^ BitOperations.RotateLeft(w[j - 13], 7) ^ w[j - 6];
        }

        var (a, b, c, d, e, f, g, h) = (state[0], state[1], state[2], state[3], state[4], state[5], state[6], state[7]);
        for (var j = 0; j < 64; j++)
        {
            var t = BitOperations.RotateLeft(j < 16 ? 0x79CC4519u : 0x7A879D8Au, j);
            var ss1 = BitOperations.RotateLeft(BitOperations.RotateLeft(a, 12) + e + t, 7);
            var ss2 = ss1 ^ BitOperations.RotateLeft(a, 12);
            var ff = j < 16 ? a ^ b ^ c : (a & b) | (a & c) | (b & c);
            var gg = j < 16 ? e ^ f ^ g : (e & f) | (~e & g);
            var tt1 = ff + d + ss2 + (w[j] ^ w[j + 4]);
            var tt2 = gg + h + ss1 + w[j];
            (d, c, b, a) = (c, BitOperations.RotateLeft(b, 9), a, tt1);
            (h, g, f, e) = (g, BitOperations.RotateLeft(f, 19), e, P0(tt2));
        }

        ReadOnlySpan<uint> words = [a, b, c, d, e, f, g, h];
        for (var i = 0; i < state.Length; i++)
            state[i] ^= words[i];
    }

    private static uint P0(uint x) => x ^ BitOperations.RotateLeft(x, 9) ^ BitOperations.RotateLeft(x, 17);

    private static uint P1(uint x) => x ^ BitOperations.RotateLeft(x, 15) ^ BitOperations.RotateLeft(x, 23);
}
