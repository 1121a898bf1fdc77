using System.Text.Json.Serialization;

namespace IntegrationHub.Intake;

/// <summary>
/// A source's file described as data (<c>contracts/*/layouts/*.json</c>, explained in its README): file names, encoding,
/// separator, header, key, columns, code crosswalks. The same layout serves the file and the API that names its columns
/// opaquely. What a layout says about encoding and separator is an expectation; the header decides (<see cref="ShapeFinder"/>).
/// </summary>
public sealed record SnapshotLayout
{
    public const string Auto = "auto";

    public required string Layout { get; init; }
    public int Version { get; init; } = 1;
    public required string Type { get; init; }
    public required string Source { get; init; }
    public string Encoding { get; init; } = Auto;
    public string Separator { get; init; } = Auto;

    /// <summary>Start of the opaque column names, such as <c>axdf</c> in <c>axdf0001</c>; empty when there are none.</summary>
    public string OpaquePrefix { get; init; } = "";

    /// <summary>True when a file holds everything there is, so that a missing row means something.</summary>
    public required bool Snapshot { get; init; }

    /// <summary>Pattern of the file names, with the groups county, date, kind, seq and type, each of which may be absent.</summary>
    public string? Files { get; init; }

    /// <summary>What the pattern's county means as a division code, where file names do not carry the code itself.</summary>
    public IReadOnlyDictionary<string, string>? Areas { get; init; }

    /// <summary>How many rows name the columns, 1 or 2; null when it is to be seen from the file.</summary>
    public int? HeaderRows { get; init; }

    public required IReadOnlyList<string> Key { get; init; }

    /// <summary>Columns that stand in where a key cell is empty, such as name and birth of an infant without a number.</summary>
    public IReadOnlyList<string> KeyWhenEmpty { get; init; } = [];
    public required IReadOnlyList<LayoutColumn> Columns { get; init; }

    /// <summary>For people; nothing reads it.</summary>
    public string? Description { get; init; }

    [JsonPropertyName("$schema")]
    public string? Schema { get; init; }

    /// <summary>Where the key columns stand in <see cref="Columns"/>, ascending.</summary>
    public int[] KeyPositions() => PositionsOf(Key);

    /// <summary>Where the columns that may stand in for an empty key cell are.</summary>
    public int[] FallbackPositions() => PositionsOf(KeyWhenEmpty);

    /// <summary>The API's name of a column, such as <c>axdf0001</c>; empty when the layout has no opaque names.</summary>
    public string OpaqueName(LayoutColumn column) =>
        OpaquePrefix.Length == 0 ? "" : $"{OpaquePrefix}{column.Position:0000}";

    /// <summary>Where a canonical field stands in <see cref="Columns"/>, or null when this source does not send it.</summary>
    public int? PositionOf(string field)
    {
        for (var i = 0; i < Columns.Count; i++)
        {
            if (Columns[i].Field == field)
                return i;
        }

        return null;
    }

    /// <summary>Reads a layout file and the code lists it names.</summary>
    /// <exception cref="Contracts.HubProblemException"><c>layout.invalid</c>, with the file, the column and what is wrong.</exception>
    public static SnapshotLayout Load(string contractsFolder, string file) => LayoutFile.Load(contractsFolder, file);

    private int[] PositionsOf(IReadOnlyList<string> names) =>
        [.. Enumerable.Range(0, Columns.Count).Where(i => names.Contains(Columns[i].Name) || names.Contains(Columns[i].Field))];
}
