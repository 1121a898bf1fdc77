using System.Globalization;
using System.Text;
using System.Text.Json;
using CsvHelper;

namespace IntegrationHub.Intake;

/// <summary>Finds the key of a raw row without decoding it, and the cells of the few rows that changed.</summary>
internal abstract class RowReader(SnapshotLayout layout)
{
    internal const byte KeySeparator = 0x1f;

    protected SnapshotLayout Layout { get; } = layout;

    public abstract byte Separator { get; }

    /// <summary>True when the first row names the columns.</summary>
    public abstract bool HasHeader { get; }

    /// <summary>Writes the key fields, joined, and returns their length; 0 when the row does not have them.</summary>
    public abstract int WriteKey(ReadOnlySpan<byte> row, Span<byte> key);

    /// <summary>The cells of each row, in layout order; an empty array for a row that cannot be decoded.</summary>
    public abstract IReadOnlyList<string[]> Cells(IReadOnlyList<byte[]> rows);

    public abstract bool HeaderFits(byte[] row);

    public static RowReader For(Snapshot snapshot) => snapshot.Format switch
    {
        RowFormat.Csv => new CsvRowReader(snapshot.Layout),
        RowFormat.JsonLines => new JsonRowReader(snapshot.Layout),
        _ => throw new InvalidOperationException($"Unknown row format {snapshot.Format}."),
    };
}

/// <summary>Separated values. Rows are cut by <see cref="RowSplitter"/>; CsvHelper reads the cells of those that changed.</summary>
internal sealed class CsvRowReader(SnapshotLayout layout) : RowReader(layout)
{
    private readonly Encoding _encoding = layout.OpenEncoding();
    private readonly int[] _keys = layout.KeyPositions();
    private readonly CsvReaderOptions _csv = new()
    {
        Separator = layout.Separator[0],
        HasHeader = false,
        SkipEmptyLines = false,
        IncludeValuesInExceptions = false, // values are personal
    };

    public override byte Separator { get; } = (byte)layout.Separator[0];

    public override bool HasHeader => true;

    public override int WriteKey(ReadOnlySpan<byte> row, Span<byte> key)
    {
        var written = 0;
        var next = 0;
        for (var field = 0; next < _keys.Length; field++)
        {
            var end = FieldEnd(row);
            if (field == _keys[next])
            {
                var value = Unquote(row[..end]);
                if (written + value.Length + 1 > key.Length)
                    return 0;
                value.CopyTo(key[written..]);
                written += value.Length;
                key[written++] = KeySeparator;
                next++;
            }

            if (end == row.Length && next < _keys.Length)
                return 0;
            row = end == row.Length ? [] : row[(end + 1)..];
        }

        return written;
    }

    public override IReadOnlyList<string[]> Cells(IReadOnlyList<byte[]> rows)
    {
        // One parser for all: building one costs more than a row. Only where a row breaks the parser's count of rows
        // (a quote in a wrong place) is each row read alone, so that a bad row cannot take its neighbours along.
        var decoded = new string?[rows.Count];
        var text = new StringBuilder();
        for (var i = 0; i < rows.Count; i++)
        {
            decoded[i] = Decode(rows[i]);
            text.Append(decoded[i] ?? "").Append('\n');
        }

        var cells = Parse(text.ToString(), rows.Count);
        return cells.Count == rows.Count ? cells : [.. decoded.Select(ParseAlone)];
    }

    public override bool HeaderFits(byte[] row) =>
        Cells([row])[0].Select(name => name.Trim().Trim('\ufeff')).SequenceEqual(Layout.Columns.Select(column => column.Name));

    private string[] ParseAlone(string? row) => row is null ? [] : Parse(row, 1) is [var cells] ? cells : [];

    private List<string[]> Parse(string text, int expected)
    {
        using var reader = CsvReader.FromText(text, _csv);
        var rows = new List<string[]>(expected);
        while (reader.Read())
            rows.Add(reader.Current.ToArray());
        return rows;
    }

    private string? Decode(byte[] row)
    {
        try
        {
            return _encoding.GetString(row);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private int FieldEnd(ReadOnlySpan<byte> rest)
    {
        if (rest is not [(byte)'"', ..])
        {
            var end = rest.IndexOf(Separator);
            return end < 0 ? rest.Length : end;
        }

        for (var i = 1; i < rest.Length; i++)
        {
            if (rest[i] != (byte)'"')
                continue;
            if (i + 1 < rest.Length && rest[i + 1] == (byte)'"')
                i++;
            else if (rest[(i + 1)..].IndexOf(Separator) is >= 0 and var after)
                return i + 1 + after;
            else
                return rest.Length;
        }

        return rest.Length;
    }

    private static ReadOnlySpan<byte> Unquote(ReadOnlySpan<byte> field) =>
        (field is [(byte)'"', .., (byte)'"'] ? field[1..^1] : field).Trim((byte)' ');
}

/// <summary>One JSON object of strings a line, its columns named opaquely; non-ASCII comes as <c>%uXXXX</c> (D11).</summary>
internal sealed class JsonRowReader(SnapshotLayout layout) : RowReader(layout)
{
    private readonly byte[][] _names = [.. layout.Columns.Select(column => Encoding.UTF8.GetBytes(layout.OpaqueName(column)))];
    private readonly int[] _keys = layout.KeyPositions();

    // Never inside a JSON line: no field can start behind it, so no quote can hold a line end.
    public override byte Separator => 0;

    public override bool HasHeader => false;

    public override int WriteKey(ReadOnlySpan<byte> row, Span<byte> key)
    {
        if (CellsOf(row) is not { Length: > 0 } cells)
            return 0;
        var written = 0;
        foreach (var position in _keys)
        {
            if (!Encoding.UTF8.TryGetBytes(cells[position].AsSpan().Trim(), key[written..^1], out var length))
                return 0;
            written += length;
            key[written++] = KeySeparator;
        }

        return written;
    }

    public override IReadOnlyList<string[]> Cells(IReadOnlyList<byte[]> rows) => [.. rows.Select(row => CellsOf(row))];

    public override bool HeaderFits(byte[] row) => true;

    private string[] CellsOf(ReadOnlySpan<byte> row)
    {
        try
        {
            return ReadObject(row);
        }
        catch (JsonException)
        {
            return [];
        }
    }

    private string[] ReadObject(ReadOnlySpan<byte> row)
    {
        var cells = new string[_names.Length];
        var known = 0;
        var reader = new Utf8JsonReader(row);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var position = Find(ref reader);
            reader.Read();
            if (position < 0 || reader.TokenType is not (JsonTokenType.String or JsonTokenType.Null))
                return []; // a column nobody agreed on: the row waits for a person
            cells[position] = Unescape(reader.GetString() ?? "");
            known++;
        }

        return known == cells.Length ? cells : [];
    }

    private int Find(ref Utf8JsonReader reader)
    {
        for (var i = 0; i < _names.Length; i++)
        {
            if (reader.ValueTextEquals(_names[i]))
                return i;
        }

        return -1;
    }

    internal static string Unescape(string value)
    {
        if (!value.Contains("%u", StringComparison.Ordinal))
            return value;
        var text = new StringBuilder(value.Length);
        for (var i = 0; i < value.Length; i++)
        {
            if (value[i] == '%' && i + 5 < value.Length && value[i + 1] == 'u'
                && ushort.TryParse(value.AsSpan(i + 2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit))
            {
                text.Append((char)unit);
                i += 5;
            }
            else
            {
                text.Append(value[i]);
            }
        }

        return text.ToString();
    }
}
