using System.Globalization;
using System.Text;
using System.Text.Json;

namespace IntegrationHub.Intake;

/// <summary>
/// One JSON object of strings a line, its columns named opaquely or as in the header; non-ASCII comes as <c>%uXXXX</c> (D11).
/// A column nobody agreed on is not read (P06), one that is absent reads as empty.
/// </summary>
internal sealed class JsonRowReader(SnapshotLayout layout) : RowReader
{
    private readonly JsonCells _cells = new(layout);
    private readonly JsonCells _keyCells = new(layout);
    private readonly int[] _keys = layout.KeyPositions();
    private readonly int[] _standIns = [.. layout.FallbackPositions().Except(layout.KeyPositions())];

    public override int WriteKey(ReadOnlySpan<byte> row, Span<byte> key)
    {
        _keyCells.ReadRow(row);
        if (_keyCells.Problem is not null)
            return 0;
        var written = 0;
        var empty = false;
        foreach (var column in _keys)
        {
            if (!Write(column, key, ref written, out var isEmpty) || (isEmpty && _standIns.Length == 0))
                return 0;
            empty |= isEmpty;
        }

        foreach (var column in empty ? _standIns : [])
        {
            if (!Write(column, key, ref written, out var isEmpty) || isEmpty)
                return 0;
        }

        return written;
    }

    public override RowCells Read(RowBatch batch)
    {
        _cells.Open(batch);
        return _cells;
    }

    private bool Write(int column, Span<byte> key, ref int written, out bool isEmpty)
    {
        var length = RowKeys.WriteText(_keyCells[column], key[written..], layout.Columns[column].Form == "residentId");
        isEmpty = length == 0;
        if (length < 0 || written + length >= key.Length)
            return false;
        written += length;
        key[written++] = 0x1f;
        return true;
    }

    /// <summary>Puts <c>%uXXXX</c> right in place and returns the new length.</summary>
    internal static int Unescape(Span<char> text)
    {
        var first = text.IndexOf("%u");
        if (first < 0)
            return text.Length;
        var to = first;
        for (var from = first; from < text.Length; from++)
        {
            if (text[from] == '%' && from + 5 < text.Length && text[from + 1] == 'u'
                && ushort.TryParse(text.Slice(from + 2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit))
            {
                text[to++] = (char)unit;
                from += 5;
            }
            else
            {
                text[to++] = text[from];
            }
        }

        return to;
    }

    private sealed class JsonCells : RowCells
    {
        // Each column's names: the opaque one first, because the API uses it.
        private readonly byte[][][] _names;
        private RowBatch _batch = new();
        private int _row;

        public JsonCells(SnapshotLayout layout) : base(layout) => _names =
        [
            .. layout.Columns.Select(column => column.Aliases.Prepend(column.Name).Prepend(layout.OpaqueName(column))
                .Where(name => name.Length > 0).Distinct().Select(Encoding.UTF8.GetBytes).ToArray()),
        ];

        public void Open(RowBatch batch)
        {
            _batch = batch;
            _row = -1;
        }

        public override bool Advance()
        {
            if (++_row >= _batch.Count)
                return false;
            ReadRow(_batch[_row]);
            return true;
        }

        public void ReadRow(ReadOnlySpan<byte> row)
        {
            Begin();
            try
            {
                ReadObject(row);
            }
            catch (Exception failure) when (failure is JsonException or InvalidOperationException)
            {
                Problem = "row.columns"; // no JSON, or half a character in a string
            }
        }

        private void ReadObject(ReadOnlySpan<byte> row)
        {
            var reader = new Utf8JsonReader(row);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                Problem = "row.columns";
            for (var expected = 0; Problem is null && reader.Read() && reader.TokenType == JsonTokenType.PropertyName; expected++)
            {
                var column = Find(ref reader, expected);
                reader.Read();
                if (column < 0)
                    reader.Skip();
                else
                    Take(ref reader, column);
            }
        }

        private void Take(ref Utf8JsonReader reader, int column)
        {
            if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
            {
                Problem = "row.columns";
                return;
            }

            if (reader.TokenType == JsonTokenType.Null)
                return;
            var room = Room(reader.ValueSpan.Length + 8);
            var length = reader.TokenType == JsonTokenType.String
                ? reader.CopyString(room)
                : Encoding.UTF8.GetChars(reader.ValueSpan, room);
            length = Unescape(room[..length]);
            if (room[..length].Contains('\0'))
                Problem = "row.encoding";
            else
                Keep(column, length);
        }

        private int Find(ref Utf8JsonReader reader, int expected)
        {
            for (var i = 0; i < _names.Length; i++)
            {
                var column = (expected + i) % _names.Length;
                foreach (var name in _names[column])
                {
                    if (reader.ValueTextEquals(name))
                        return column;
                }
            }

            return -1;
        }
    }
}
