using System.Buffers.Binary;
using System.Text;
using Npgsql;

namespace IntegrationHub.Database;

/// <summary>
/// Rows in PostgreSQL's binary COPY format, written into one buffer and sent as it is. Npgsql's own importer converts
/// value by value and costs about as much as the server's insert; for millions of rows that is half of the night.
/// Columns must be written in the order of the COPY statement (PostgreSQL manual, "COPY", Binary Format).
/// </summary>
public sealed class BinaryRows
{
    private const int PostgresEpochDay = 730_119; // DateOnly day number of 2000-01-01
    private static readonly byte[] s_header = [.. "PGCOPY\n"u8, 0xff, (byte)'\r', (byte)'\n', 0, .. new byte[8]];

    private readonly short _columns;
    private byte[] _buffer = new byte[1 << 16];
    private int _length;

    public BinaryRows(int columns)
    {
        _columns = (short)columns;
        s_header.CopyTo(Take(s_header.Length));
    }

    public BinaryRows StartRow()
    {
        BinaryPrimitives.WriteInt16BigEndian(Take(2), _columns);
        return this;
    }

    public BinaryRows Null() => Length(-1);

    public BinaryRows Uuid(Guid value)
    {
        Length(16);
        value.TryWriteBytes(Take(16), bigEndian: true, out _);
        return this;
    }

    public BinaryRows Text(string? value)
    {
        if (value is null)
            return Null();
        var at = _length;
        var written = Encoding.UTF8.GetBytes(value, Take(4 + (value.Length * 3))[4..]);
        BinaryPrimitives.WriteInt32BigEndian(_buffer.AsSpan(at), written);
        _length = at + 4 + written;
        return this;
    }

    public BinaryRows Bytes(ReadOnlySpan<byte> value)
    {
        Length(value.Length);
        value.CopyTo(Take(value.Length));
        return this;
    }

    public BinaryRows Date(DateOnly? value)
    {
        if (value is not { } date)
            return Null();
        Length(4);
        BinaryPrimitives.WriteInt32BigEndian(Take(4), date.DayNumber - PostgresEpochDay);
        return this;
    }

    public BinaryRows Bigint(long value)
    {
        Length(8);
        BinaryPrimitives.WriteInt64BigEndian(Take(8), value);
        return this;
    }

    public BinaryRows Flag(bool value)
    {
        Length(1);
        Take(1)[0] = value ? (byte)1 : (byte)0;
        return this;
    }

    /// <summary>
    /// Adds the rows to the table of the COPY statement, or none of them: false when one of their keys is known there.
    /// The transaction goes on either way.
    /// </summary>
    public async Task<bool> TryCopy(HubTransaction work, string copySql, CancellationToken cancellationToken)
    {
        const string savepoint = "copying";
        await work.Save(savepoint, cancellationToken);
        try
        {
            await using (var target = await work.RawCopy(copySql, cancellationToken))
            {
                BinaryPrimitives.WriteInt16BigEndian(Take(2), -1);
                await target.WriteAsync(_buffer.AsMemory(0, _length), cancellationToken);
            }

            await work.Release(savepoint, cancellationToken);
            return true;
        }
        catch (PostgresException known) when (known.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            await work.RollbackTo(savepoint, cancellationToken);
            return false;
        }
    }

    private BinaryRows Length(int length)
    {
        BinaryPrimitives.WriteInt32BigEndian(Take(4), length);
        return this;
    }

    private Span<byte> Take(int length)
    {
        if (_buffer.Length - _length < length)
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _length + length));
        var taken = _buffer.AsSpan(_length, length);
        _length += length;
        return taken;
    }
}
