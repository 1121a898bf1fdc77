namespace IntegrationHub.Intake;

/// <summary>
/// Cuts a stream of bytes into raw rows without decoding them. Safe for UTF-8 and GB18030, whose trailing bytes are never
/// a quote, a comma or a line end. A line end inside a quoted field belongs to the row; a quote that opens and does not
/// close within <see cref="LongestQuotedRow"/> is taken as a letter, so one bad row cannot swallow its neighbours.
/// </summary>
internal sealed class RowSplitter(Stream source, byte separator)
{
    /// <summary>How far a quoted row may reach over line ends.</summary>
    public const int LongestQuotedRow = 64 * 1024;

    private const int BufferSize = 1 << 20;
    private readonly byte[] _buffer = new byte[BufferSize];
    private int _start;
    private int _end;
    private bool _ended;

    /// <summary>Offset in the stream of the row last returned.</summary>
    public long RowOffset { get; private set; }

    private long _consumed;

    /// <summary>Reads on. False when nothing is left.</summary>
    public bool Fill()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _consumed += _start;
            _end -= _start;
            _start = 0;
        }

        if (!_ended)
        {
            if (_end == BufferSize)
                throw new InvalidDataException("A row is longer than a mebibyte.");
            var read = source.ReadAtLeast(_buffer.AsSpan(_end), BufferSize - _end, throwOnEndOfStream: false);
            _ended = read < BufferSize - _end;
            _end += read;
        }

        return _end > 0;
    }

    /// <summary>The next whole row of the buffer, without its line end. False: call <see cref="Fill"/>.</summary>
    public bool TryNext(out ReadOnlySpan<byte> row)
    {
        while (_start < _end)
        {
            var rest = _buffer.AsSpan(_start, _end - _start);
            var end = FindEnd(rest);
            if (end < 0)
            {
                if (!_ended)
                    break;
                end = rest.Length;
            }

            RowOffset = _consumed + _start;
            row = rest[..end];
            _start += Math.Min(end + 1, rest.Length);
            if (row is [.., (byte)'\r'])
                row = row[..^1];
            if (row.Length > 0)
                return true;
        }

        row = default;
        return false;
    }

    private int FindEnd(ReadOnlySpan<byte> rest)
    {
        var line = rest.IndexOf((byte)'\n');
        var first = line < 0 ? rest : rest[..line];
        if (!first.Contains((byte)'"'))
            return line;
        var quoted = FindQuotedEnd(rest.Length > LongestQuotedRow ? rest[..LongestQuotedRow] : rest);
        return quoted >= 0 || (rest.Length < LongestQuotedRow && !_ended) ? quoted : line;
    }

    private int FindQuotedEnd(ReadOnlySpan<byte> rest)
    {
        var atFieldStart = true;
        for (var i = 0; i < rest.Length; i++)
        {
            var value = rest[i];
            if (value == (byte)'"' && atFieldStart)
            {
                i = FindClosingQuote(rest, i + 1);
                if (i < 0)
                    return -1;
            }
            else if (value == (byte)'\n')
            {
                return i;
            }

            atFieldStart = value == separator;
        }

        return -1;
    }

    private static int FindClosingQuote(ReadOnlySpan<byte> rest, int from)
    {
        for (var i = from; i < rest.Length; i++)
        {
            if (rest[i] != (byte)'"')
                continue;
            if (i + 1 < rest.Length && rest[i + 1] == (byte)'"')
                i++;
            else
                return i;
        }

        return -1;
    }
}
