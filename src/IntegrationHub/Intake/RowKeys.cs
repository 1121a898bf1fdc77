using System.Text;

namespace IntegrationHub.Intake;

/// <summary>
/// Finds the key of a raw row without decoding it, for every row of every night. The key reads the same however a file is
/// encoded, quoted, guarded or ordered, so that a sender who changes its export does not end everybody and begin anew.
/// </summary>
internal sealed class RowKeys
{
    /// <summary>Key columns and their stand-ins together.</summary>
    public const int MostColumns = 16;

    /// <summary>Stands between the fields of a key.</summary>
    public const byte Between = 0x1f;

    private readonly byte _separator;
    private readonly TextForm _text;
    private readonly int _keyCount;
    private readonly bool[] _isId;
    private readonly int _last;

    // For each column of the file up to the last one needed: which cell of the key it is, or -1.
    private readonly int[] _cellAt;

    public RowKeys(FileShape shape)
    {
        _separator = shape.SeparatorByte;
        _text = shape.RowText;
        var keys = shape.Layout.KeyPositions();
        int[] columns = [.. keys, .. shape.Layout.FallbackPositions().Except(keys)];
        _keyCount = keys.Length;
        _isId = [.. columns.Select(column => shape.Layout.Columns[column].Form == "residentId")];
        var places = columns.Select(column => shape.Header.Map[column]).ToArray();
        _last = places.Length == 0 ? -1 : places.Max();
        _cellAt = new int[_last + 1];
        Array.Fill(_cellAt, -1);
        for (var i = 0; i < places.Length; i++)
        {
            if (places[i] >= 0)
                _cellAt[places[i]] = i;
        }

        Count = columns.Length;
    }

    /// <summary>How many cells a key may use.</summary>
    public int Count { get; }

    /// <summary>Writes the key fields, joined, and returns their length; 0 when the row does not have them.</summary>
    public int Write(ReadOnlySpan<byte> row, Span<byte> key)
    {
        Span<Range> cells = stackalloc Range[MostColumns];
        Find(row, cells);
        var written = 0;
        var empty = 0;
        for (var i = 0; i < Count; i++)
        {
            var isStandIn = i >= _keyCount;
            if (isStandIn && empty == 0)
                break;
            var length = WriteCell(row[cells[i]], key[written..], _isId[i]);
            if (length < 0)
                return 0; // longer than any key
            if (length == 0 && (isStandIn || _keyCount == Count))
                return 0;
            empty += length == 0 ? 1 : 0;
            written += length;
            if (written >= key.Length)
                return 0;
            key[written++] = Between;
        }

        return empty == _keyCount && Count == _keyCount ? 0 : written;
    }

    /// <summary>The same for cells that are text already.</summary>
    public static int WriteText(ReadOnlySpan<char> cell, Span<byte> key, bool isId)
    {
        cell = cell.Trim();
        Span<char> letters = stackalloc char[256];
        if (cell.Length > letters.Length)
            return -1;
        for (var i = 0; i < cell.Length; i++)
            letters[i] = Plain(cell[i], isId && i == 17);
        return Encoding.UTF8.TryGetBytes(letters[..cell.Length], key, out var written) ? written : -1;
    }

    private void Find(ReadOnlySpan<byte> row, Span<Range> cells)
    {
        cells.Fill(new Range(0, 0));
        var at = 0;
        for (var field = 0; field <= _last; field++)
        {
            var length = FieldEnd(row[at..]);
            if (_cellAt[field] is >= 0 and var cell)
                cells[cell] = new Range(at, at + length);
            at += length + 1;
            if (at > row.Length)
                return;
        }
    }

    private int WriteCell(ReadOnlySpan<byte> cell, Span<byte> key, bool isId)
    {
        cell = Bare(cell);
        if (System.Text.Ascii.IsValid(cell))
        {
            if (cell.Length > key.Length)
                return -1;
            cell.CopyTo(key);
            if (isId && cell.Length == 18 && cell[17] == (byte)'x')
                key[17] = (byte)'X';
            return cell.Length;
        }

        Span<char> letters = stackalloc char[256];
        if (cell.Length > letters.Length)
            return -1;
        return WriteText(letters[.._text.Lenient.GetChars(cell, letters)], key, isId);
    }

    // Full-width letters and the many kinds of x (D4); the value itself is repaired, and the repair noted, by its form.
    private static char Plain(char letter, bool isLastOfId) => letter switch
    {
        >= '！' and <= '～' => isLastOfId && letter is 'ｘ' ? 'X' : (char)(letter - 0xfee0),
        '\u3000' => ' ',
        'x' or '×' or 'Х' or 'х' when isLastOfId => 'X',
        _ => letter,
    };

    private static ReadOnlySpan<byte> Bare(ReadOnlySpan<byte> cell)
    {
        cell = cell.Trim(" \t"u8);
        if (cell is [(byte)'"', .., (byte)'"'])
            cell = cell[1..^1].Trim((byte)' ');
        if (cell is [(byte)'=', (byte)'"', .., (byte)'"'])
            cell = cell[2..^1].Trim("\" "u8);
        return cell is [(byte)'\'', _, ..] ? cell[1..].Trim((byte)' ') : cell;
    }

    private int FieldEnd(ReadOnlySpan<byte> rest)
    {
        if (rest is [(byte)'"', ..])
        {
            for (var i = 1; i < rest.Length; i++)
            {
                if (rest[i] != (byte)'"')
                    continue;
                if (i + 1 < rest.Length && rest[i + 1] == (byte)'"')
                    i++;
                else if (i + 1 == rest.Length || rest[i + 1] == _separator)
                    return i + 1;
            }
        }

        var end = rest.IndexOf(_separator);
        return end < 0 ? rest.Length : end;
    }
}
