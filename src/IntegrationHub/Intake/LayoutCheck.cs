using System.IO.Hashing;

namespace IntegrationHub.Intake;

/// <summary>Explains what would happen to a file without loading it: the same steps as a night, without a database.</summary>
public static class LayoutCheck
{
    private const int FirstRows = 5;
    private const int LongestKey = 1_024;

    /// <summary>Reads a file by a layout as of a day; its bytes are opened several times.</summary>
    public static LayoutReport Of(string file, SnapshotLayout layout, DateOnly asOf, Func<Stream> open)
    {
        var format = IsJson(open) ? RowFormat.JsonLines : RowFormat.Csv;
        var look = FileLook.At(open, format, [layout]);
        var report = new LayoutReport
        {
            File = file,
            Layout = layout.Layout,
            Type = layout.Type,
            Code = look.Unfit,
            Detail = look.Detail,
            Rows = look.Rows,
            TotalsRows = look.Totals,
            BlankRows = look.Blanks,
        };
        return look.Shape is { } shape ? Read(Describe(report, shape, open), shape, asOf, open) : Describe(report, ClosestOf(layout, format, open), open);
    }

    private static FileShape? ClosestOf(SnapshotLayout layout, RowFormat format, Func<Stream> open)
    {
        using var content = open();
        return (ShapeFinder.Find(content, format, [layout]) as ShapeVerdict.Unfit)?.Closest;
    }

    private static LayoutReport Describe(LayoutReport report, FileShape? shape, Func<Stream> open)
    {
        if (shape is null)
            return report;
        var header = shape.Header;
        var names = shape.Format == RowFormat.Csv && header.Fits ? HeaderNamesOf(shape, open) : [];
        return report with
        {
            Notices = shape.Notices,
            Encoding = shape.Text.Name,
            Separator = shape.Format == RowFormat.JsonLines ? null : shape.Separator == '\t' ? "\\t" : $"{shape.Separator}",
            HeaderRows = shape.RowsBefore,
            Reordered = header.Reordered,
            Columns =
            [
                .. shape.Layout.Columns.Select((column, i) => new LayoutReportColumn(
                    column.Name, column.Field, header.Map[i] < 0 ? null : header.Map[i] + 1,
                    header.Twice.Contains(column.Name) ? "twice"
                    : header.Map[i] >= 0 ? "found"
                    : header.Missing.Contains(column.Name) ? "missing"
                    : "absent")),
            ],
            Unknown = [.. header.Unknown.Select(at => new LayoutReportUnknown(at + 1, names.ElementAtOrDefault(at)))],
        };
    }

    private static LayoutReport Read(LayoutReport report, FileShape shape, DateOnly asOf, Func<Stream> open)
    {
        var tally = new Tally(shape, asOf);
        using var content = open();
        var rows = new DataRows(content, shape);
        while (rows.Fill())
        {
            while (rows.TryNext(out var row))
            {
                tally.Add(row, rows);
                if (tally.IsFull)
                    tally.ReadBatch();
            }
        }

        tally.ReadBatch();
        return report with
        {
            Clean = tally.Clean,
            Quarantined = tally.Quarantined,
            Duplicates = tally.Duplicates,
            Problems = [.. tally.Problems.OrderByDescending(item => item.Value.Rows).Select(item => new LayoutReportProblem(item.Key.What, item.Key.Column, item.Value.Rows, item.Value.First))],
            Repairs = [.. tally.Repairs.OrderByDescending(item => item.Value.Rows).Select(item => new LayoutReportRepair(item.Key.What, item.Key.Column, item.Value.Rows, item.Value.First))],
        };
    }

    private static string[] HeaderNamesOf(FileShape shape, Func<Stream> open)
    {
        using var content = open();
        var splitter = new RowSplitter(shape.Open(content), shape.SeparatorByte);
        var cutter = new CellCutter(shape.SeparatorByte);
        var names = Array.Empty<string>();
        for (var row = 0; row < shape.RowsBefore && splitter.Fill();)
        {
            while (row < shape.RowsBefore && splitter.TryNext(out var bytes))
            {
                row++;
                cutter.Cut(bytes);
                var cells = new string[cutter.Count];
                for (var i = 0; i < cells.Length; i++)
                    cells[i] = shape.RowText.Lenient.GetString(cutter.Cell(bytes, i)).Trim('\ufeff', ' ');
                if (cells.Length >= names.Length)
                    names = cells;
            }
        }

        return names;
    }

    private static bool IsJson(Func<Stream> open)
    {
        using var content = open();
        var start = new byte[64];
        var read = content.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        return start.AsSpan(0, read).TrimStart("\ufeff \t\r\n"u8) is [(byte)'{', (byte)'"', ..];
    }

    private sealed class Tally(FileShape shape, DateOnly asOf)
    {
        private readonly RowReader _reader = RowReader.For(shape);
        private readonly RowReading _reading = new(shape.Layout, asOf);
        private readonly RowBatch _batch = new();
        private readonly List<(long Number, string? Problem)> _rows = [];
        private readonly HashSet<UInt128> _keys = [];
        private readonly byte[] _key = new byte[LongestKey];

        public Dictionary<(string What, string Column), Count> Problems { get; } = [];
        public Dictionary<(string What, string Column), Count> Repairs { get; } = [];
        public long Clean { get; private set; }
        public long Quarantined { get; private set; }
        public long Duplicates { get; private set; }
        public bool IsFull => _rows.Count == ChunkStore.LargestChunk || _batch.Size > 8 * 1024 * 1024;

        public void Add(ReadOnlySpan<byte> row, DataRows rows)
        {
            var length = _reader.WriteKey(row, _key);
            var isDuplicate = !_keys.Add(XxHash128.HashToUInt128(length > 0 ? _key.AsSpan(0, length) : row));
            Duplicates += isDuplicate ? 1 : 0;
            _batch.Add(row);
            _rows.Add((
                rows.Number,
                rows.IsCut ? "row.too_long" : isDuplicate ? "row.duplicate_key" : length == 0 ? "row.key_missing" : null));
        }

        public void ReadBatch()
        {
            var cells = _reader.Read(_batch);
            for (var i = 0; cells.Advance(); i++)
                Take(_rows[i].Number, _rows[i].Problem, cells);
            _batch.Clear();
            _rows.Clear();
        }

        private void Take(long number, string? problem, RowCells cells)
        {
            _reading.Read(cells);
            var isClean = problem is null && _reading.Problems.Count == 0;
            Clean += isClean ? 1 : 0;
            Quarantined += isClean ? 0 : 1;
            if (problem is not null)
                Note(Problems, problem, RowReading.WholeRow, number);
            if (problem == "row.too_long")
                return;
            foreach (var found in _reading.Problems)
                Note(Problems, found.Code, found.Column, number);
            foreach (var repair in _reading.Repairs)
                Note(Repairs, repair.Rule, repair.Column, number);
        }

        private static void Note(Dictionary<(string What, string Column), Count> counts, string what, string column, long number)
        {
            if (!counts.TryGetValue((what, column), out var count))
                counts[(what, column)] = count = new Count();
            count.Rows++;
            if (count.First.Count < FirstRows)
                count.First.Add(number);
        }
    }

    private sealed class Count
    {
        public long Rows { get; set; }
        public List<long> First { get; } = [];
    }
}
