using System.Text;

namespace IntegrationHub.Intake;

/// <summary>
/// Cuts one row into cells forgivingly, where CsvHelper and the row disagree: a quote closes a field only before a
/// separator or the end, so that «"a "b" c"» is one cell. A quote that opens and never closes is told.
/// </summary>
internal sealed class CellCutter(byte separator)
{
    private readonly List<(int Start, int Length, bool Quoted)> _cells = [];

    public int Count => _cells.Count;

    /// <summary>True when a quote opened a field and none closed it: nobody can say where its cells end.</summary>
    public bool IsUnbalanced { get; private set; }

    public void Cut(ReadOnlySpan<byte> row)
    {
        _cells.Clear();
        IsUnbalanced = false;
        for (var at = 0; ;)
        {
            if (at < row.Length && row[at] == (byte)'"' && Closing(row, at + 1) is >= 0 and var closing)
            {
                _cells.Add((at + 1, closing - at - 1, true));
                at = closing + 1;
            }
            else
            {
                IsUnbalanced |= at < row.Length && row[at] == (byte)'"';
                var next = row[at..].IndexOf(separator);
                var end = next < 0 ? row.Length : at + next;
                _cells.Add((at, end - at, false));
                at = end;
            }

            if (at >= row.Length)
                return;
            at++; // the separator
        }
    }

    /// <summary>A cell's bytes without its quotes; doubled quotes inside are still doubled.</summary>
    public ReadOnlySpan<byte> Cell(ReadOnlySpan<byte> row, int cell) => row.Slice(_cells[cell].Start, _cells[cell].Length);

    public bool IsQuoted(int cell) => _cells[cell].Quoted;

    public string[] Texts(ReadOnlySpan<byte> row)
    {
        var texts = new string[_cells.Count];
        for (var i = 0; i < texts.Length; i++)
        {
            var text = Encoding.UTF8.GetString(Cell(row, i));
            texts[i] = IsQuoted(i) ? text.Replace("\"\"", "\"", StringComparison.Ordinal) : text;
        }

        return texts;
    }

    private int Closing(ReadOnlySpan<byte> row, int from)
    {
        for (var i = from; i < row.Length; i++)
        {
            if (row[i] != (byte)'"')
                continue;
            var isDoubled = i + 1 < row.Length && row[i + 1] == (byte)'"';
            if (!isDoubled && (i + 1 == row.Length || row[i + 1] == separator))
                return i;
            if (isDoubled)
                i++;
        }

        return -1;
    }
}
