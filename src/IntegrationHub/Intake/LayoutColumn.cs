using System.Collections.Frozen;
using System.Text.Json.Serialization;

namespace IntegrationHub.Intake;

/// <summary>One column of a layout file: what it is called there and here, and how its text is read.</summary>
public sealed record LayoutColumn
{
    /// <summary>The number in its opaque name, from 1; where it stands in the layout when nothing is said.</summary>
    public int Position { get; init; }
    public required string Name { get; init; }
    public required string Field { get; init; }
    public required string Form { get; init; }
    public bool Required { get; init; }
    public int? MaxLength { get; init; }
    public string? Crosswalk { get; init; }

    /// <summary>Other names the header may use for it.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>What a bare amount counts: <c>yuan</c> (also when null), <c>fen</c> or <c>wan</c>, ten thousand yuan (D7).</summary>
    public string? Unit { get; init; }

    /// <summary>How a date with an ambiguous order is read: <c>ymd</c> (also when null), <c>mdy</c> or <c>dmy</c> (D6).</summary>
    public string? Order { get; init; }

    /// <summary>The year a spreadsheet's serial dates count from, 1900 or 1904; null when serials are not dates here (D6).</summary>
    public int? Epoch { get; init; }

    /// <summary>Codes written in the layout itself; they stand before those of the crosswalk.</summary>
    [JsonPropertyName("codes")]
    public IReadOnlyDictionary<string, string>? OwnCodes { get; init; }

    /// <summary>The values the source may send and what they mean here; null when any text will do.</summary>
    [JsonIgnore]
    internal FrozenDictionary<string, string>? Codes { get; init; }

    /// <summary>Which of them are other spellings of a value, so that taking one is a repair (D8).</summary>
    [JsonIgnore]
    internal FrozenSet<string>? OtherSpellings { get; init; }
}
