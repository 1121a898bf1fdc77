using System.Buffers;

namespace Mocks.ProvincialPlatform.Files;

/// <summary>Goes once through the rows of one type and county: writes them and counts what differs.</summary>
internal sealed class RowSweep(IRows rows)
{
    private const int ChunkBytes = 1 << 17;

    private readonly RowBuffer _row = new();
    private readonly CsvLines _lines = new();
    private readonly ArrayBufferWriter<byte> _chunk = new(ChunkBytes + 8_192);
    private int _slot;
    private int _rows, _changed, _new, _gone, _dirty;

    public async Task<FileOutcome> Write(string name, Stream output, IDigest digest, CancellationToken cancellation)
    {
        _lines.WriteHeader(rows.Type, _chunk);
        do
        {
            Fill();
            digest.Append(_chunk.WrittenSpan);
            await output.WriteAsync(_chunk.WrittenMemory, cancellation);
            _chunk.ResetWrittenCount();
        }
        while (_slot < rows.Slots);

        return new FileOutcome(name, _rows, _changed, _new, _gone + rows.TakeDropped(), _dirty);
    }

    private void Fill()
    {
        for (; _slot < rows.Slots && _chunk.WrittenCount < ChunkBytes; _slot++)
        {
            ref var seen = ref rows.Seen(_slot);
            if (!rows.IsPresent(_slot))
            {
                _gone += seen == 0 ? 0 : 1;
                seen = 0;
                continue;
            }

            _row.Clear();
            _dirty += rows.Write(_slot, _row) ? 1 : 0;
            _lines.Write(_row, _chunk);
            Count(ref seen);
        }
    }

    private void Count(ref ulong seen)
    {
        var now = _row.Fingerprint();
        _rows++;
        if (seen == 0)
            _new++;
        else if (seen != now)
            _changed++;
        seen = now;
    }
}
