namespace IntegrationHub.Intake;

/// <summary>
/// Cuts a stream of bytes into raw rows without decoding them. Safe for UTF-8 and GB18030, whose trailing bytes are never
/// a quote, a comma or a line end. A line end inside a quoted field belongs to the row; a quote that opens and does not
/// close within <see cref="LongestRow"/> is taken as a letter, so one bad row cannot swallow its neighbours. A lone
/// carriage return ends a row as well (D9).
/// </summary>
internal sealed class RowSplitter(Stream source, byte separator, int bufferSize = 1 << 20)
{
    /// <summary>The longest row, over its quoted line ends; what is longer is one row, cut off here.</summary>
    public const int LongestRow = 64 * 1024;

    private readonly byte[] _buffer = new byte[Math.Max(bufferSize, LongestRow * 2)];
    private int _start;
    private int _end;
    private bool _ended;
    private bool _skipping;
    private long _consumed;

    /// <summary>Offset in the stream of the row last returned.</summary>
    public long RowOffset { get; private set; }

    /// <summary>True when the row last returned is the beginning of one that is longer than any row may be.</summary>
    public bool RowIsCut { get; private set; }

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
            var read = source.ReadAtLeast(_buffer.AsSpan(_end), _buffer.Length - _end, throwOnEndOfStream: false);
            _ended = read < _buffer.Length - _end;
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
            if (_skipping && !Skip(rest))
                continue;
            if (_start == _end)
                break;
            rest = _buffer.AsSpan(_start, _end - _start);
            var end = FindEnd(rest);
            if (end < 0)
            {
                if (!_ended)
                    break;
                end = rest.Length;
            }

            RowOffset = _consumed + _start;
            RowIsCut = end > LongestRow;
            _skipping = RowIsCut;
            row = rest[..Math.Min(end, LongestRow)];
            _start += RowIsCut ? LongestRow : end;
            if (!RowIsCut)
                StepOverLineEnd();
            if (row.Length > 0)
                return true;
        }

        row = default;
        return false;
    }

    // The rest of a row that is too long. False when it goes on behind the buffer.
    private bool Skip(ReadOnlySpan<byte> rest)
    {
        var end = rest.IndexOfAny((byte)'\n', (byte)'\r');
        _start += end < 0 ? rest.Length : end;
        if (end < 0)
            return false;
        _skipping = false;
        StepOverLineEnd();
        return true;
    }

    private void StepOverLineEnd()
    {
        if (_start < _end && _buffer[_start] is (byte)'\r' or (byte)'\n')
        {
            var pair = _buffer[_start] == (byte)'\r' && _start + 1 < _end && _buffer[_start + 1] == (byte)'\n';
            _start += pair ? 2 : 1;
        }
    }

    // Where the row ends; -1 when it goes on behind the buffer. A carriage return and its line feed may be split between
    // two fills: the line feed is then an empty row, which is none.
    private int FindEnd(ReadOnlySpan<byte> rest)
    {
        var isWhole = rest.Length <= LongestRow;
        var window = isWhole ? rest : rest[..(LongestRow + 1)];
        var line = window.IndexOfAny((byte)'\n', (byte)'\r');
        var first = line < 0 ? window : window[..line];
        var end = line;
        if (first.Contains((byte)'"'))
        {
            var quoted = FindQuotedEnd(window);
            if (quoted >= 0)
                end = quoted;
            else if (isWhole && !_ended)
                return -1;
        }

        return end >= 0 ? end : isWhole ? -1 : window.Length;
    }

    private int FindQuotedEnd(ReadOnlySpan<byte> rest)
    {
        for (var i = 0; ;)
        {
            var next = rest[i..].IndexOfAny((byte)'"', (byte)'\n', (byte)'\r');
            if (next < 0)
                return -1;
            i += next;
            if (rest[i] != (byte)'"')
                return i;
            if (i > 0 && rest[i - 1] != separator)
            {
                i++; // a quote inside a field is a letter
                continue;
            }

            var closing = FindClosingQuote(rest, i + 1);
            if (closing < 0)
                return -1;

            // Over a line end only a quote that closes its field counts: else the next row's first quote would end this one.
            i = rest[i..closing].IndexOfAny((byte)'\n', (byte)'\r') < 0 || ClosesField(rest, closing) ? closing + 1 : i + 1;
        }
    }

    private bool ClosesField(ReadOnlySpan<byte> rest, int quote) =>
        quote + 1 == rest.Length || rest[quote + 1] == separator || rest[quote + 1] is (byte)'\n' or (byte)'\r';

    private static int FindClosingQuote(ReadOnlySpan<byte> rest, int from)
    {
        for (var i = from; i < rest.Length; i++)
        {
            var next = rest[i..].IndexOf((byte)'"');
            if (next < 0)
                return -1;
            i += next;
            if (i + 1 < rest.Length && rest[i + 1] == (byte)'"')
                i++;
            else
                return i;
        }

        return -1;
    }
}
