using IntegrationHub.Contracts;
using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Intake.Fields;

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
/// thrown, so that the sender can mend the whole row at once. <paramref name="asOf"/> is the day the file speaks of; no
/// one is born after it, and two-digit years are understood from it.
/// </summary>
public sealed class RowReading(SnapshotLayout layout, DateOnly? asOf = null)
{
    /// <summary>Stands for the column where a problem is about the row as a whole.</summary>
    internal const string WholeRow = "-";

    private readonly FieldValue[] _values = new FieldValue[layout.Columns.Count];
    private readonly string?[] _rules = new string?[layout.Columns.Count];
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
            // What the row before left here must not be taken for this one's.
            Array.Clear(_values);
            Array.Clear(_rules);
            _problems.Add(new Problem(whole, WholeRow));
            return;
        }

        for (var i = 0; i < _values.Length; i++)
        {
            var column = Layout.Columns[i];
            _values[i] = FieldForms.Read(column, cells[i], asOf, out var problem, out var rule);
            _rules[i] = cells.WasGuarded(i) ? Joined("cell.guard", rule) : rule;
            if (problem is not null)
                _problems.Add(new Problem(problem, column.Name));
            else if (_rules[i] is { } repaired)
                _repairs.Add(new Repair(column.Name, repaired, (cells.WasGuarded(i) ? cells.Guarded(i) : cells[i]).ToString(), FieldText.Of(_values[i])));
        }
    }

    /// <summary>A required field: present, because a row with problems is never translated.</summary>
    public T Required<T>(int position)
    {
        if (Value<T>(position, out var value))
            return value;
        throw new InvalidOperationException(
            $"Column {Layout.Columns[position].Name} of {Layout.Layout} is required here but not in its layout.");
    }

    /// <summary>A field that may be empty, or that this source does not send at all (null).</summary>
    public T? Optional<T>(int? position) where T : class => position is { } at ? _values[at].Reference<T>() : null;

    public T? OptionalValue<T>(int? position) where T : struct => position is { } at ? _values[at].Value<T>() : null;

    /// <summary>How the value was put right, several rules joined by a plus sign; null when it came as the layout says.</summary>
    public string? RuleOf(int? position) => position is { } at ? _rules[at] : null;

    private bool Value<T>(int position, out T value)
    {
        var field = _values[position];
        value = field.IsAbsent ? default! : field.As<T>(); // not read when absent
        return !field.IsAbsent;
    }

    private static string Joined(string first, string? then) => then is null ? first : $"{first}+{then}";
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
