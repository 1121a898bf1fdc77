namespace IntegrationHub.Intake.Fields;

/// <summary>One cell while it is read: what is known about its column, what was wrong and what was put right.</summary>
internal struct Reading(LayoutColumn column, string? whole, DateOnly? asOf)
{
    public readonly LayoutColumn Column => column;

    /// <summary>The day the file speaks of; null when nobody said, and then nothing is called future.</summary>
    public readonly DateOnly? AsOf => asOf;

    /// <summary>A code of <c>problem-code.csv</c>; null while the cell is readable.</summary>
    public string? Problem { get; private set; }

    /// <summary>The repairs made so far, in order, joined by a plus sign.</summary>
    public string? Rule { get; private set; }

    public FieldValue Refuse(string problem)
    {
        Problem = problem;
        return default;
    }

    /// <summary>Says that the cell was put right; the same rule twice is told once.</summary>
    public void Repair(string rule)
    {
        if (Rule is null)
            Rule = rule;
        else if (!Rule.Contains(rule, StringComparison.Ordinal))
            Rule = string.Concat(Rule, "+", rule);
    }

    /// <summary>No value, which a required column does not allow.</summary>
    public FieldValue Absent() => column.Required ? Refuse("field.required") : default;

    /// <summary>No value, and a rule that says what stood there instead.</summary>
    public FieldValue Absent(string rule)
    {
        Repair(rule);
        return Absent();
    }

    /// <summary>A part of the cell as a string; the cell's own string where the part is all of it.</summary>
    public readonly string Keep(ReadOnlySpan<char> part) =>
        whole is not null && whole.Length == part.Length && part.SequenceEqual(whole) ? whole : new string(part);
}
