using System.Text.Unicode;
using CsvHelper;

namespace IntegrationHub.Intake;

/// <summary>Separated values. Rows are cut by <see cref="RowSplitter"/>; CsvHelper reads the cells of those that changed.</summary>
internal sealed class CsvRowReader(FileShape shape) : RowReader
{
    private readonly RowKeys _keys = new(shape);
    private readonly CsvCells _cells = new(shape);

    public override int WriteKey(ReadOnlySpan<byte> row, Span<byte> key) => _keys.Write(row, key);

    public override RowCells Read(RowBatch batch)
    {
        _cells.Open(batch);
        return _cells;
    }

    /// <summary>
    /// One parser for all rows of a batch: building one costs more than a row. It works on the raw bytes, also of GB18030,
    /// where no second byte is a quote, a separator in use or a line end. Where it and the cut rows disagree (a quote in a
    /// wrong place), the row is cut forgivingly and the parser begins anew behind it, so that no row takes its neighbours along.
    /// </summary>
    private sealed class CsvCells : RowCells
    {
        private static readonly byte[] s_undecodable = TextForms.Utf8.Lenient.GetBytes("\ufffd");
        private readonly FileShape _shape;
        private readonly CsvReaderOptions _options;
        private readonly CellCutter _cutter;
        private RowBatch _batch = new();
        private CsvReader? _parser; // over memory; Close gives its buffers back when a batch ends
        private int _parserStart;
        private int _row;
        private bool _malformed;

        public CsvCells(FileShape shape) : base(shape.Layout)
        {
            _shape = shape;
            _cutter = new CellCutter(shape.SeparatorByte);
            _options = new CsvReaderOptions
            {
                Separator = (char)shape.SeparatorByte,
                HasHeader = false,
                SkipEmptyLines = false,
                IncludeValuesInExceptions = false, // values are personal

                // A stray quote inside a field is a letter to the parser as well; these two it reads otherwise.
                OnMalformedRecord = record => _malformed =
                    record.Reason is CsvMalformedReason.TextAfterClosingQuote or CsvMalformedReason.UnterminatedQuote,
            };
        }

        public void Open(RowBatch batch)
        {
            _batch = batch;
            _row = -1;
            Restart(0);
        }

        public override bool Advance()
        {
            if (++_row >= _batch.Count)
            {
                Close();
                return false;
            }

            Begin();
            var row = _batch[_row];
            var isAligned = ReadNext(row.Length);
            if (!isAligned || _malformed)
                ReadForgivingly(row);
            else if (ParserFits())
                ReadMapped(row);
            if (!isAligned && _row + 1 < _batch.Count)
                Restart(_batch.StartOf(_row + 1));
            return true;
        }

        private void Close()
        {
            _parser?.Dispose();
            _parser = null;
        }

        private void Restart(int start)
        {
            Close();
            _parserStart = start;
            var bytes = _batch.Bytes[start..];

            // A mark of UTF-16 would make the parser read all rows as that; such a row is no text, and the others must not suffer.
            if (bytes.Length > 0 && bytes.Span[0] is not (0xfe or 0xff or 0x00 or 0xef))
                _parser = CsvReader.Create(bytes, _options);
        }

        private bool ReadNext(int length)
        {
            _malformed = false;
            if (_parser is null)
                return false;
            return _parser.Read()
                && _parserStart + _parser.ByteOffset == _batch.StartOf(_row) && _parser.RawRecord.Length == length;
        }

        private void ReadMapped(ReadOnlySpan<byte> row)
        {
            if (!IsText(row))
                return;
            var map = _shape.Header.Map;
            for (var column = 0; column < map.Length; column++)
            {
                if (map[column] >= 0 && !Set(column, _parser!.GetSpan(map[column]), _shape.RowText, false, _shape.StoodFor)) // there is a current row
                {
                    Problem = "row.encoding";
                    return;
                }
            }
        }

        private void ReadForgivingly(ReadOnlySpan<byte> row)
        {
            _cutter.Cut(row);
            if (!IsText(row))
                return;
            if (_cutter.IsUnbalanced)
            {
                Problem = "row.quotes";
                return;
            }

            if (!CutFits(row))
                return;
            var map = _shape.Header.Map;
            for (var column = 0; column < map.Length; column++)
            {
                if (map[column] >= 0
                    && !Set(column, _cutter.Cell(row, map[column]), _shape.RowText, _cutter.IsQuoted(map[column]), _shape.StoodFor))
                {
                    Problem = "row.encoding";
                    return;
                }
            }
        }

        // What stands behind the last named column must be empty: else a separator inside a cell has moved the others.
        private bool ParserFits()
        {
            var named = _shape.Header.Named;
            var count = _parser!.FieldCount; // there is a current row
            var fits = count >= named;
            for (var field = named; fits && field < count; field++)
                fits = _parser.GetSpan(field).Trim((byte)' ').Length == 0;
            Problem = fits ? null : "row.columns";
            return fits;
        }

        private bool CutFits(ReadOnlySpan<byte> row)
        {
            var named = _shape.Header.Named;
            var fits = _cutter.Count >= named;
            for (var cell = named; fits && cell < _cutter.Count; cell++)
                fits = _cutter.Cell(row, cell).Trim((byte)' ').Length == 0;
            Problem = fits ? null : "row.columns";
            return fits;
        }

        private bool IsText(ReadOnlySpan<byte> row)
        {
            var isText = !row.Contains((byte)0)
                && (_shape.RowText != TextForms.Utf8 || Utf8.IsValid(row))
                && (!_shape.IsTurned || row.IndexOf(s_undecodable) < 0);
            Problem = isText ? null : "row.encoding";
            return isText;
        }
    }
}
