namespace IntegrationHub.Intake;

/// <summary>What would happen to a file under a layout: places and counts, never a value from a row.</summary>
public sealed record LayoutReport
{
    public required string File { get; init; }
    public required string Layout { get; init; }
    public required string Type { get; init; }

    /// <summary>True when the hub would take the file; its bad rows would go to quarantine.</summary>
    public bool Taken => Code is null;

    /// <summary>Why it would be held.</summary>
    public string? Code { get; init; }
    public string? Detail { get; init; }

    /// <summary>What would be told but stops nothing.</summary>
    public IReadOnlyList<string> Notices { get; init; } = [];
    public string? Encoding { get; init; }
    public string? Separator { get; init; }

    /// <summary>Rows before the first row of data: titles and header.</summary>
    public int HeaderRows { get; init; }
    public IReadOnlyList<LayoutReportColumn> Columns { get; init; } = [];

    /// <summary>Columns of the file that the layout does not know; nothing reads them.</summary>
    public IReadOnlyList<LayoutReportUnknown> Unknown { get; init; } = [];
    public bool Reordered { get; init; }
    public long Rows { get; init; }
    public long TotalsRows { get; init; }
    public long BlankRows { get; init; }
    public long Clean { get; init; }
    public long Quarantined { get; init; }
    public long Duplicates { get; init; }
    public IReadOnlyList<LayoutReportProblem> Problems { get; init; } = [];
    public IReadOnlyList<LayoutReportRepair> Repairs { get; init; } = [];
}

/// <summary>A column of the layout and where the file has it, from 1; null when it has none.</summary>
/// <remarks>Its state is <c>found</c>, <c>absent</c> (reads as empty), <c>missing</c> (holds the file) or <c>twice</c>.</remarks>
public sealed record LayoutReportColumn(string Name, string Field, int? At, string State);

/// <summary>An unknown column's place, from 1. Its name is told only where the header fits, for else it may be a row about a person.</summary>
public sealed record LayoutReportUnknown(int At, string? Name);

/// <summary>How many rows have this problem, and the first of them.</summary>
public sealed record LayoutReportProblem(string Code, string Column, long Rows, IReadOnlyList<long> First);

/// <summary>How many cells of a column a rule put right, and the first rows.</summary>
public sealed record LayoutReportRepair(string Rule, string Column, long Rows, IReadOnlyList<long> First);
