using System.Text.Json;
using IntegrationHub.Intake;

namespace IntegrationHub.Tests.Intake;

/// <summary>What one pass over a file came to; rows = readable + quarantined + unchanged. Letters are bytes that end no line.</summary>
internal sealed record FuzzCounts(long Rows, long Readable, long Quarantined, long Unchanged, long Letters, long Repairs);

/// <summary>
/// The pieces of landing in its order, without the database: cut, key, hash, compare, decode, read, translate. What a file
/// was is remembered for the next one, as a stream's row states are.
/// </summary>
internal sealed class FuzzIntake(SnapshotLayout layout, ISnapshotTranslator translator)
{
    private const int LongestKey = 1_024;
    private const int Chunk = 2_000;
    private const int LargestBatch = 8 * 1024 * 1024;

    private readonly RowHash _hash = new(1, layout.Source, layout.Type);
    private readonly RowReading _reading = new(layout, new DateOnly(2026, 3, 2));
    private Dictionary<UInt128, UInt128> _known = [];
    private FileShape? _shape;

    /// <summary>Finds what the file is, as intake does before landing; a file that fits nothing keeps the shape of its layout.</summary>
    public void Look(byte[] file)
    {
        if (ShapeFinder.Find(new MemoryStream(file), RowFormat.Csv, [layout]) is ShapeVerdict.Fits fits)
            _shape = fits.Shape;
    }

    public FuzzCounts Land(byte[] file)
    {
        if (_shape is null)
            throw new InvalidOperationException("The first file fits its layout.");
        var rows = new DataRows(new MemoryStream(file), _shape);
        var pass = new Pass(this, RowReader.For(_shape));
        while (rows.Fill())
        {
            while (rows.TryNext(out var row))
                pass.See(row, rows.IsCut);
        }

        var counts = pass.End();
        Assert.Equal(rows.Number, counts.Rows);
        return counts;
    }

    private sealed class Pass(FuzzIntake intake, RowReader reader)
    {
        private readonly RowStates _states = new(0);
        private readonly Dictionary<UInt128, UInt128> _seen = [];
        private readonly List<string?> _changed = [];
        private readonly RowBatch _batch = new();
        private long _rows, _readable, _quarantined, _unchanged, _letters, _repairs;

        public void See(ReadOnlySpan<byte> row, bool isCut)
        {
            _letters += row.Length;
            _rows++;
            Span<byte> keyBytes = stackalloc byte[LongestKey];
            var length = reader.WriteKey(row, keyBytes);
            var hash = intake._hash.OfRow(row);
            var key = length > 0 ? intake._hash.OfKey(keyBytes[..length]) : hash;
            var isFirst = _states.See(key, hash, out _) == RowChange.New;
            if (isFirst)
                _seen[key] = hash;
            if (isFirst && intake._known.TryGetValue(key, out var known) && known == hash)
            {
                _unchanged++;
                return;
            }

            _batch.Add(row);
            _changed.Add(isCut ? "row.too_long" : isFirst ? length == 0 ? "row.key_missing" : null : "row.duplicate_key");
            if (_changed.Count == Chunk || _batch.Size > LargestBatch)
                Flush();
        }

        public FuzzCounts End()
        {
            Flush();
            intake._known = _seen;
            return new FuzzCounts(_rows, _readable, _quarantined, _unchanged, _letters, _repairs);
        }

        private void Flush()
        {
            var cells = reader.Read(_batch);
            var i = 0;
            for (; cells.Advance(); i++)
            {
                intake._reading.Read(cells);
                if (_changed[i] is not null || intake._reading.Problems.Count > 0)
                {
                    _quarantined++;
                    continue;
                }

                var record = intake.Translator.Translate(intake._reading, new RecordOrigin(Guid.Empty, 1, Guid.Empty, i + 1));
                Assert.NotEmpty(JsonSerializer.SerializeToUtf8Bytes(record, JsonSerializerOptions.Web));
                _repairs += intake._reading.Repairs.Count;
                _readable++;
            }

            Assert.Equal(_changed.Count, i);
            _changed.Clear();
            _batch.Clear();
        }
    }

    private ISnapshotTranslator Translator { get; } = translator;
}
