using System.Collections.Frozen;
using System.Text;
using System.Text.Json;

namespace IntegrationHub.Intake;

/// <summary>How a row is written in the bytes of a snapshot.</summary>
public enum RowFormat
{
    /// <summary>Separated values with a header line (RFC 4180 quoting).</summary>
    Csv,

    /// <summary>One JSON object of strings a line, as an adapter writes pages of an API into the archive.</summary>
    JsonLines,
}

/// <summary>One column of a layout file: where it stands, what it is called there and here, and how its text is read.</summary>
public sealed record LayoutColumn
{
    public required int Position { get; init; }
    public required string Name { get; init; }
    public required string Field { get; init; }
    public required string Form { get; init; }
    public bool Required { get; init; }
    public int? MaxLength { get; init; }
    public string? Crosswalk { get; init; }

    /// <summary>What a bare amount counts: <c>yuan</c> (also when null), <c>fen</c> or <c>wan</c>, ten thousand yuan (D7).</summary>
    public string? Unit { get; init; }

    /// <summary>How a date with an ambiguous order is read: <c>ymd</c> (also when null), <c>mdy</c> or <c>dmy</c> (D6).</summary>
    public string? Order { get; init; }

    /// <summary>The year a spreadsheet's serial dates count from, 1900 or 1904; null when serials are not dates here (D6).</summary>
    public int? Epoch { get; init; }

    /// <summary>The values the source may send and what they mean here; null when any text will do.</summary>
    internal FrozenDictionary<string, string>? Codes { get; init; }

    /// <summary>Which of them are other spellings of a value, so that taking one is a repair (D8).</summary>
    internal FrozenSet<string>? OtherSpellings { get; init; }
}

/// <summary>
/// A source's file described as data (<c>contracts/*/layouts/*.json</c>): columns, encoding, separator, key, code
/// crosswalks. The same layout serves the file and the API that names its columns opaquely.
/// </summary>
public sealed record SnapshotLayout
{
    public required string Layout { get; init; }
    public required int Version { get; init; }
    public required string Type { get; init; }
    public required string Source { get; init; }
    public required string Encoding { get; init; }
    public required string Separator { get; init; }
    public required string OpaquePrefix { get; init; }

    /// <summary>True when a file holds everything there is, so that a missing row means something.</summary>
    public required bool Snapshot { get; init; }
    public required IReadOnlyList<string> Key { get; init; }
    public required IReadOnlyList<LayoutColumn> Columns { get; init; }

    /// <summary>Positions of the key columns, counted from 0, ascending.</summary>
    public int[] KeyPositions() =>
        [.. Columns.Where(column => Key.Contains(column.Name)).Select(column => column.Position - 1).Order()];

    /// <summary>The API's name of a column, such as <c>axdf0001</c>.</summary>
    public string OpaqueName(LayoutColumn column) => $"{OpaquePrefix}{column.Position:0000}";

    /// <summary>Where a canonical field stands, counted from 0.</summary>
    public int PositionOf(string field) =>
        Columns.FirstOrDefault(column => column.Field == field)?.Position - 1
        ?? throw new InvalidOperationException($"Layout {Layout} has no field {field}.");

    public Encoding OpenEncoding()
    {
        System.Text.Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        return System.Text.Encoding.GetEncoding(
            Encoding, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
    }

    /// <summary>Reads a layout file and the code lists it names.</summary>
    public static SnapshotLayout Load(string contractsFolder, string file)
    {
        var layout = JsonSerializer.Deserialize<SnapshotLayout>(
            File.ReadAllBytes(Path.Combine(contractsFolder, file)), JsonSerializerOptions.Web)
            ?? throw new InvalidDataException($"{Path.GetFileName(file)} is empty.");
        return layout with { Columns = [.. layout.Columns.Select(column => WithCodes(contractsFolder, column))] };
    }

    // A crosswalk file has the columns source,code and perhaps alias (yes: only another spelling); a plain code list starts
    // with code and means itself.
    private static LayoutColumn WithCodes(string contractsFolder, LayoutColumn column)
    {
        if (column.Crosswalk is null)
            return column;
        var lines = File.ReadAllLines(Path.Combine(contractsFolder, "codes", $"{column.Crosswalk}.csv"));
        var isCrosswalk = lines[0].StartsWith("source,", StringComparison.Ordinal);
        var rows = lines.Skip(1).Where(line => line.Length > 0).Select(line => line.Split(',')).ToList();
        return column with
        {
            Codes = rows.ToFrozenDictionary(cells => cells[0], cells => cells[isCrosswalk ? 1 : 0]),
            OtherSpellings = isCrosswalk ? rows.Where(cells => cells is [_, _, "yes", ..]).Select(cells => cells[0]).ToFrozenSet() : null,
        };
    }
}
