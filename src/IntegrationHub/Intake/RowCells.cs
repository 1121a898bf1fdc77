using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace IntegrationHub.Intake;

/// <summary>
/// The cells of one row after another, by the columns of the layout: spans of one buffer that the next row overwrites, so
/// that a cell costs no string unless its value is kept. Spreadsheet guards are off before anyone sees a cell (D9).
/// </summary>
public abstract class RowCells
{
    private readonly int[] _starts;
    private readonly int[] _lengths;
    private readonly (int Start, int Length)[] _before;
    private char[] _chars = new char[4_096];
    private int _end;

    private protected RowCells(SnapshotLayout layout)
    {
        _starts = new int[layout.Columns.Count];
        _lengths = new int[layout.Columns.Count];
        _before = new (int, int)[layout.Columns.Count];
    }

    /// <summary>What is wrong with the row as a whole; its cells then mean nothing.</summary>
    public string? Problem { get; private protected set; }

    /// <summary>How many columns the layout has.</summary>
    public int Count => _starts.Length;

    /// <summary>A cell by its column's place in the layout; empty where the file has no such column.</summary>
    public ReadOnlySpan<char> this[int column] => _chars.AsSpan(_starts[column], _lengths[column]);

    /// <summary>True when a spreadsheet's guard (<c>="…"</c> or a leading apostrophe) was taken off this cell.</summary>
    public bool WasGuarded(int column) => _before[column].Length > 0;

    /// <summary>The cell with its guard.</summary>
    public ReadOnlySpan<char> Guarded(int column) => _chars.AsSpan(_before[column].Start, _before[column].Length);

    /// <summary>Goes to the next row. False when there is none.</summary>
    public abstract bool Advance();

    private protected void Begin()
    {
        Problem = null;
        _end = 0;
        Array.Clear(_lengths);
        Array.Clear(_before);
    }

    /// <summary>Decodes a cell and takes its guard off. False when its bytes are no text.</summary>
    private protected bool Set(int column, ReadOnlySpan<byte> bytes, TextForm text, bool halveQuotes, char? standsFor)
    {
        var length = Decode(bytes, text);
        if (length < 0)
            return false;
        var cell = _chars.AsSpan(_end, length);
        if (cell.Contains('\0'))
            return false;
        if (standsFor is { } letter)
            cell.Replace(Separators.StandIn, letter);
        if (halveQuotes && cell.Contains('"'))
            length = HalveQuotes(cell);
        Keep(column, length);
        return true;
    }

    /// <summary>Takes a cell that is text already.</summary>
    private protected Span<char> Room(int length)
    {
        if (_chars.Length - _end < length)
            Array.Resize(ref _chars, Math.Max(_chars.Length * 2, _end + length));
        return _chars.AsSpan(_end, length);
    }

    /// <summary>Makes the letters just written into <see cref="Room"/> the cell of a column.</summary>
    private protected void Keep(int column, int length)
    {
        var (start, end) = (_end, _end + length);
        _end = end;
        while (start < end && IsBlank(_chars[start]))
            start++;
        while (end > start && IsBlank(_chars[end - 1]))
            end--;
        var whole = (Start: start, Length: end - start);
        if (end - start >= 2 && _chars[start] == '"' && _chars[end - 1] == '"')
        {
            (start, end) = (start + 1, end - 1); // quoted behind a space
        }

        var isGuarded = false;
        if (end - start >= 3 && _chars[start] == '=' && _chars[start + 1] == '"' && _chars[end - 1] == '"')
            (start, end, isGuarded) = (start + 2, end - 1, true);
        if (end - start >= 2 && _chars[start] is '\'')
            (start, isGuarded) = (start + 1, true);
        (_starts[column], _lengths[column]) = (start, end - start);
        if (isGuarded)
            _before[column] = whole;
    }

    private int Decode(ReadOnlySpan<byte> bytes, TextForm text)
    {
        var room = Room(bytes.Length);
        if (Ascii.ToUtf16(bytes, room, out var written) == OperationStatus.Done)
            return written;
        if (text == TextForms.Utf8)
        {
            return Utf8.ToUtf16(bytes, room, out _, out written, replaceInvalidSequences: false) == OperationStatus.Done ? written : -1;
        }

        try
        {
            return text.Strict.GetChars(bytes, room);
        }
        catch (DecoderFallbackException)
        {
            return -1;
        }
    }

    private static int HalveQuotes(Span<char> cell)
    {
        var to = 0;
        for (var from = 0; from < cell.Length; from++)
        {
            cell[to++] = cell[from];
            if (cell[from] == '"' && from + 1 < cell.Length && cell[from + 1] == '"')
                from++;
        }

        return to;
    }

    private static bool IsBlank(char letter) => letter is ' ' or '\t' or '\r' or '\n' or '\ufeff';
}
