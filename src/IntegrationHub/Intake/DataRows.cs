using System.Text;

namespace IntegrationHub.Intake;

/// <summary>
/// The rows of data in a file: titles, header, blank rows and rows of totals are stepped over and counted apart, the same
/// way whether a file is counted, checked, landed or read again.
/// </summary>
internal sealed class DataRows
{
    private static readonly string[] s_totals = ["合计", "总计", "小计", "共计"];

    private readonly FileShape _shape;
    private readonly RowSplitter _splitter;
    private readonly byte[][] _totals;
    private readonly int _markLength;
    private int _before;
    private bool _begun;

    /// <summary>Over a file's original bytes.</summary>
    public DataRows(Stream content, FileShape shape)
    {
        _shape = shape;
        _before = shape.RowsBefore;
        _splitter = new RowSplitter(shape.Open(content), shape.SeparatorByte);
        _totals = [.. s_totals.Select(word => shape.RowText.Lenient.GetBytes(word[..1])).DistinctBy(Convert.ToHexString)];
        _markLength = TextForms.Utf8.Mark.Length;
    }

    /// <summary>How many rows of data were returned; the first is 1.</summary>
    public long Number { get; private set; }

    /// <summary>Where the row last returned begins, in the bytes that rows are cut from.</summary>
    public long Offset { get; private set; }

    /// <summary>True when the row last returned is only the beginning of one that is too long.</summary>
    public bool IsCut => _splitter.RowIsCut;

    /// <summary>Rows of totals so far: no data, but some senders count them.</summary>
    public long Totals { get; private set; }

    /// <summary>Rows of separators only so far.</summary>
    public long Blanks { get; private set; }

    public bool Fill() => _splitter.Fill();

    public bool TryNext(out ReadOnlySpan<byte> row)
    {
        while (_splitter.TryNext(out row))
        {
            Offset = _splitter.RowOffset;
            if (!_begun)
            {
                _begun = true;
                if (row.StartsWith(TextForms.Utf8.Mark))
                {
                    row = row[_markLength..];
                    Offset += _markLength;
                    if (row.Length == 0)
                        continue;
                }
            }

            if (_before > 0)
            {
                _before--;
                continue;
            }

            if (_shape.Format == RowFormat.Csv && !IsData(row))
                continue;
            Number++;
            return true;
        }

        return false;
    }

    private bool IsData(ReadOnlySpan<byte> row)
    {
        var start = row.IndexOfAnyExcept(_shape.SeparatorByte, (byte)' ', (byte)'"');
        if (start < 0)
        {
            Blanks++;
            return false;
        }

        if (row[start] < 0x80 || !StartsLikeTotals(row[start..]) || !IsTotals(row[start..]))
            return true;
        Totals++;
        return false;
    }

    private bool StartsLikeTotals(ReadOnlySpan<byte> text)
    {
        foreach (var word in _totals)
        {
            if (text.StartsWith(word))
                return true;
        }

        return false;
    }

    // The first cell that is not empty says a word for totals, perhaps with a colon or a count behind it.
    private bool IsTotals(ReadOnlySpan<byte> text)
    {
        var end = text.IndexOfAny(_shape.SeparatorByte, (byte)'"');
        var cell = _shape.RowText.Lenient.GetString(end < 0 ? text : text[..end]);
        var word = new StringBuilder(cell.Length);
        foreach (var letter in cell)
        {
            if (!char.IsWhiteSpace(letter) && letter is not (':' or '：'))
                word.Append(letter);
        }

        var said = word.ToString();
        return Array.Find(s_totals, total => said.StartsWith(total, StringComparison.Ordinal)) is { } found
            && said.AsSpan(found.Length).Trim("0123456789.,户人条笔行元()（）").Length == 0;
    }
}
