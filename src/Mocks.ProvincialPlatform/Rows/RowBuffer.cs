using System.Runtime.InteropServices;

namespace Mocks.ProvincialPlatform.Rows;

/// <summary>One row being written, field by field, in memory that is used again for the next.</summary>
internal sealed class RowBuffer
{
    private int[] _ends = new int[32];
    private char[] _chars = new char[2_048];
    private int _length;

    public int Count { get; private set; }

    public ReadOnlySpan<char> this[int field] => _chars.AsSpan((field == 0 ? 0 : _ends[field - 1]).._ends[field]);

    public void Clear() => (_length, Count) = (0, 0);

    public RowBuffer Append(ReadOnlySpan<char> text)
    {
        text.CopyTo(Room(text.Length));
        return this;
    }

    public RowBuffer AppendNumber(long value, int width = 1)
    {
        Span<char> digits = stackalloc char[20];
        value.TryFormat(digits, out var length);
        for (; width > length; width--)
            Append("0");
        return Append(digits[..length]);
    }

    public void End()
    {
        if (Count == _ends.Length)
            Array.Resize(ref _ends, Count * 2);
        _ends[Count++] = _length;
    }

    public RowBuffer Add(ReadOnlySpan<char> text)
    {
        Append(text).End();
        return this;
    }

    public RowBuffer AddNumber(long value, int width = 1)
    {
        AppendNumber(value, width).End();
        return this;
    }

    /// <summary>yyyyMMdd, or empty when there is no day.</summary>
    public RowBuffer AddDay(int day)
    {
        if (day != 0)
            AppendDay(day);
        End();
        return this;
    }

    public RowBuffer AppendDay(int day)
    {
        var date = DateOnly.FromDayNumber(day);
        return AppendNumber((date.Year * 10_000) + (date.Month * 100) + date.Day, 8);
    }

    public void DropLast() => _length = --Count == 0 ? 0 : _ends[Count - 1];

    /// <summary>A number for the whole row; other content, other number.</summary>
    public ulong Fingerprint()
    {
        var hash = 0xCBF29CE484222325UL + (ulong)Count;
        foreach (var part in MemoryMarshal.Cast<char, ulong>(_chars.AsSpan(.._length)))
            hash = System.Numerics.BitOperations.RotateLeft((hash ^ part) * 0x9E3779B97F4A7C15UL, 29);
        foreach (var c in _chars.AsSpan((_length & ~3).._length))
            hash = System.Numerics.BitOperations.RotateLeft((hash ^ c) * 0x9E3779B97F4A7C15UL, 29);
        foreach (var end in _ends.AsSpan(..Count))
            hash = System.Numerics.BitOperations.RotateLeft((hash ^ (uint)end) * 0x9E3779B97F4A7C15UL, 29);
        return hash == 0 ? 1 : hash;
    }

    private Span<char> Room(int length)
    {
        if (_length + length > _chars.Length)
            Array.Resize(ref _chars, Math.Max(_chars.Length * 2, _length + length));
        _length += length;
        return _chars.AsSpan(_length - length, length);
    }
}
