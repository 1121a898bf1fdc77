using System.Globalization;

namespace IntegrationHub.Benchmarks.Intake;

/// <summary>Rows of a CSV file, written as bytes one behind the other until someone takes them.</summary>
internal sealed class RowBytes
{
    private const int LongestRow = 512;

    private readonly byte[] _buffer = new byte[1 << 20];
    private int _length;

    public bool IsFull => _length > _buffer.Length - LongestRow;

    /// <summary>What was written since the last time. Valid until the next row.</summary>
    public ReadOnlyMemory<byte> Take()
    {
        var taken = _buffer.AsMemory(0, _length);
        _length = 0;
        return taken;
    }

    public RowBytes Add(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_buffer.AsSpan(_length));
        _length += bytes.Length;
        return this;
    }

    /// <summary>The number with leading zeros to this width.</summary>
    public RowBytes Add(int number, int width)
    {
        Span<char> format = stackalloc char[width];
        format.Fill('0');
        number.TryFormat(_buffer.AsSpan(_length), out var written, format, CultureInfo.InvariantCulture);
        _length += written;
        return this;
    }

    public RowBytes NextCell() => Add(","u8);

    public void EndRow() => Add("\r\n"u8);
}
