namespace IntegrationHub.Intake;

/// <summary>Raw rows that wait to be read together, one after the other in one buffer that is used again and again.</summary>
internal sealed class RowBatch
{
    private readonly List<(int Start, int Length)> _rows = [];
    private byte[] _bytes = new byte[256 * 1024];
    private int _end;

    public int Count => _rows.Count;

    /// <summary>How many bytes are held.</summary>
    public int Size => _end;

    /// <summary>All rows, each ended by a line feed.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes.AsMemory(0, _end);

    public ReadOnlySpan<byte> this[int row] => _bytes.AsSpan(_rows[row].Start, _rows[row].Length);

    public int StartOf(int row) => _rows[row].Start;

    public void Add(ReadOnlySpan<byte> row)
    {
        if (_bytes.Length - _end < row.Length + 1)
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _end + row.Length + 1));
        row.CopyTo(_bytes.AsSpan(_end));
        _rows.Add((_end, row.Length));
        _end += row.Length;
        _bytes[_end++] = (byte)'\n';
    }

    public void Clear()
    {
        _rows.Clear();
        _end = 0;
    }
}
