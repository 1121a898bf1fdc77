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

    private readonly RowHash _hash = new(1, layout.Source, layout.Type);
    private readonly RowReading _reading = new(layout, new DateOnly(2026, 3, 2));
    private Dictionary<UInt128, UInt128> _known = [];

    public FuzzCounts Land(Stream content)
    {
        var reader = new CsvRowReader(layout);
        var splitter = new RowSplitter(content, reader.Separator);
        var pass = new Pass(this, reader);
        while (splitter.Fill())
        {
            while (splitter.TryNext(out var row))
                pass.See(row);
        }

        return pass.End();
    }

    private sealed class Pass(FuzzIntake intake, RowReader reader)
    {
        private readonly RowStates _states = new(0);
        private readonly Dictionary<UInt128, UInt128> _seen = [];
        private readonly List<(byte[] Bytes, string? Problem)> _changed = [];
        private long _rows = reader.HasHeader ? -1 : 0;
        private long _readable, _quarantined, _unchanged, _letters, _repairs;

        public void See(ReadOnlySpan<byte> row)
        {
            _letters += row.Length - row.Count((byte)'\r') - row.Count((byte)'\n');
            if (++_rows == 0)
            {
                reader.HeaderFits(row.ToArray());
                return;
            }

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

            _changed.Add((row.ToArray(), isFirst ? length == 0 ? "row.key_missing" : null : "row.duplicate_key"));
            if (_changed.Count == Chunk)
                Flush();
        }

        public FuzzCounts End()
        {
            Flush();
            intake._known = _seen;
            return new FuzzCounts(Math.Max(_rows, 0), _readable, _quarantined, _unchanged, _letters, _repairs);
        }

        private void Flush()
        {
            var cells = reader.Cells(_changed.ConvertAll(row => row.Bytes));
            Assert.Equal(_changed.Count, cells.Count);
            for (var i = 0; i < _changed.Count; i++)
            {
                intake._reading.Read(cells[i]);
                if (_changed[i].Problem is not null || intake._reading.Problems.Count > 0)
                {
                    _quarantined++;
                    continue;
                }

                var record = intake.Translator.Translate(intake._reading, new RecordOrigin(Guid.Empty, 1, Guid.Empty, i + 1));
                Assert.NotEmpty(JsonSerializer.SerializeToUtf8Bytes(record, JsonSerializerOptions.Web));
                _repairs += intake._reading.Repairs.Count;
                _readable++;
            }

            _changed.Clear();
        }
    }

    private ISnapshotTranslator Translator { get; } = translator;
}
