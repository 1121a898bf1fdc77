using IntegrationHub.Contracts;
using IntegrationHub.Contracts.Canonical;

namespace IntegrationHub.Intake;

/// <summary>
/// A value that was put right on its way in: which column, by which rule, what was there and what became of it. It holds
/// personal text, so it is sealed where it is kept and prints nothing but its rule (domain.md §3).
/// </summary>
public sealed record Repair(string Column, string Rule, string Was, string Became)
{
    public override string ToString() => $"{Rule} in {Column}";
}

/// <summary>
/// The values of one row, read by its layout, and what was wrong with them. Every problem is collected, not the first
/// thrown, so that the sender can mend the whole row at once.
/// </summary>
public sealed class RowReading(SnapshotLayout layout)
{
    /// <summary>Stands for the column where a problem is about the row as a whole.</summary>
    internal const string WholeRow = "-";

    private readonly object?[] _values = new object?[layout.Columns.Count];
    private readonly List<Problem> _problems = [];
    private readonly List<Repair> _repairs = [];

    public SnapshotLayout Layout { get; } = layout;

    public IReadOnlyList<Problem> Problems => _problems;

    /// <summary>What was put right in this row, in column order.</summary>
    public IReadOnlyList<Repair> Repairs => _repairs;

    internal void Read(RowCells cells)
    {
        _problems.Clear();
        _repairs.Clear();
        if (cells.Problem is { } whole)
        {
            _problems.Add(new Problem(whole, WholeRow));
            return;
        }

        for (var i = 0; i < _values.Length; i++)
        {
            var column = Layout.Columns[i];
            _values[i] = FieldForms.Read(column, cells[i].ToString(), out var problem);
            if (problem is not null)
                _problems.Add(new Problem(problem, column.Name));
            if (cells.WasGuarded(i))
                _repairs.Add(new Repair(column.Name, "cell.guard", cells.Guarded(i).ToString(), cells[i].ToString()));
        }
    }

    /// <summary>A required field: present, because a row with problems is never translated.</summary>
    public T Required<T>(int position) => (T)(_values[position]
        ?? throw new InvalidOperationException($"Column {Layout.Columns[position].Name} of {Layout.Layout} is required here but not in its layout."));

    /// <summary>A field that may be empty, or that this source does not send at all (null).</summary>
    public T? Optional<T>(int? position) where T : class => position is { } at ? (T?)_values[at] : null;

    public T? OptionalValue<T>(int? position) where T : struct => position is { } at ? (T?)_values[at] : null;
}

/// <summary>Where a record comes from: what every canonical record carries.</summary>
public readonly record struct RecordOrigin(Guid SourceKey, long Version, Guid ContentHash, int Row);

/// <summary>Turns the readable rows of one layout into canonical records. Pure; one per file type of one outside system.</summary>
public interface ISnapshotTranslator
{
    /// <summary>The file type it understands, such as <c>HZ</c>.</summary>
    string Type { get; }

    CanonicalRecord Translate(RowReading row, RecordOrigin origin);
}
