using System.Buffers.Binary;
using System.Numerics;

namespace Mocks.ProvincialPlatform.Files;

/// <summary>SM3 (GB/T 32905), which the platform's libraries do not have.</summary>
internal sealed class Sm3 : IDigest
{
    private const int BlockSize = 64;
    private const uint EarlyConstant = 0x79CC4519;
    private const uint LateConstant = 0x7A879D8A;

    private readonly uint[] _state =
    [
        0x7380166F, 0x4914B2B9, 0x172442D7, 0xDA8A0600, 0xA96F30BC, 0x163138AA, 0xE38DEE4D, 0xB0FB0E4E,
    ];

    private readonly byte[] _pending = new byte[BlockSize];
    private int _pendingLength;
    private long _length;

    public string Name => "sm3";

    public void Append(ReadOnlySpan<byte> bytes)
    {
        _length += bytes.Length;
        while (bytes.Length > 0)
        {
            if (_pendingLength == 0 && bytes.Length >= BlockSize)
            {
                Compress(bytes[..BlockSize]);
                bytes = bytes[BlockSize..];
                continue;
            }

            var taken = Math.Min(BlockSize - _pendingLength, bytes.Length);
            bytes[..taken].CopyTo(_pending.AsSpan(_pendingLength));
            _pendingLength += taken;
            bytes = bytes[taken..];
            if (_pendingLength < BlockSize)
                continue;
            Compress(_pending);
            _pendingLength = 0;
        }
    }

    public string Finish()
    {
        var bits = _length * 8;
        Append([0x80]);
        while (_pendingLength != BlockSize - sizeof(long))
            Append([0]);
        Span<byte> tail = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(tail, bits);
        Append(tail);
        Span<byte> digest = stackalloc byte[32];
        for (var i = 0; i < _state.Length; i++)
            BinaryPrimitives.WriteUInt32BigEndian(digest[(i * 4)..], _state[i]);
        return Convert.ToHexStringLower(digest);
    }

    private void Compress(ReadOnlySpan<byte> block)
    {
        Span<uint> w = stackalloc uint[68];
        Expand(block, w);
        var (a, b, c, d) = (_state[0], _state[1], _state[2], _state[3]);
        var (e, f, g, h) = (_state[4], _state[5], _state[6], _state[7]);
        for (var j = 0; j < BlockSize; j++)
        {
            var turned = BitOperations.RotateLeft(j < 16 ? EarlyConstant : LateConstant, j % 32);
            var ss1 = BitOperations.RotateLeft(BitOperations.RotateLeft(a, 12) + e + turned, 7);
            var ss2 = ss1 ^ BitOperations.RotateLeft(a, 12);
            var ff = j < 16 ? a ^ b ^ c : (a & b) | (a & c) | (b & c);
            var gg = j < 16 ? e ^ f ^ g : (e & f) | (~e & g);
            var tt1 = ff + d + ss2 + (w[j] ^ w[j + 4]);
            var tt2 = gg + h + ss1 + w[j];
            (d, c, b, a) = (c, BitOperations.RotateLeft(b, 9), a, tt1);
            (h, g, f, e) = (g, BitOperations.RotateLeft(f, 19), e, PermuteState(tt2));
        }

        ReadOnlySpan<uint> mixed = [a, b, c, d, e, f, g, h];
        for (var i = 0; i < _state.Length; i++)
            _state[i] ^= mixed[i];
    }

    private static void Expand(ReadOnlySpan<byte> block, Span<uint> w)
    {
        for (var j = 0; j < 16; j++)
            w[j] = BinaryPrimitives.ReadUInt32BigEndian(block[(j * 4)..]);
        for (var j = 16; j < w.Length; j++)
        {
            var x = w[j - 16] ^ w[j - 9] ^ BitOperations.RotateLeft(w[j - 3], 15);
            w[j] = PermuteWord(x) ^ BitOperations.RotateLeft(w[j - 13], 7) ^ w[j - 6];
        }
    }

    private static uint PermuteState(uint x) => x ^ BitOperations.RotateLeft(x, 9) ^ BitOperations.RotateLeft(x, 17);

    private static uint PermuteWord(uint x) => x ^ BitOperations.RotateLeft(x, 15) ^ BitOperations.RotateLeft(x, 23);
}
