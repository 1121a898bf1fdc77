namespace IntegrationHub.Intake.Fields;

/// <summary>
/// How the text of a cell becomes a value, by the form its layout names (D2–D8). Pure: a value, or a problem code of
/// <c>contracts/codes/problem-code.csv</c>, and the rules by which the cell was put right; never an exception, never the
/// text in the answer. A clean cell costs no allocation but its value.
/// </summary>
internal static class FieldForms
{
    /// <summary>The value of a cell. <paramref name="asOf"/> is the day the file speaks of: no one is born after it.</summary>
    public static FieldValue Read(LayoutColumn column, string cell, DateOnly? asOf, out string? problem, out string? rule) =>
        Read(new Reading(column, cell, asOf), cell, out problem, out rule);

    /// <inheritdoc cref="Read(LayoutColumn, string, DateOnly?, out string?, out string?)"/>
    public static FieldValue Read(
        LayoutColumn column, ReadOnlySpan<char> cell, DateOnly? asOf, out string? problem, out string? rule) =>
        Read(new Reading(column, null, asOf), cell, out problem, out rule);

    private static FieldValue Read(Reading reading, ReadOnlySpan<char> cell, out string? problem, out string? rule)
    {
        var text = Wrapping.TakeOff(ref reading, cell);
        var value = text.IsEmpty ? reading.Absent()
            : text.Length > reading.Column.MaxLength ? reading.Refuse("field.too_long")
            : ReadForm(ref reading, text);
        problem = reading.Problem;
        rule = problem is null ? reading.Rule : null;
        return problem is null ? value : default;
    }

    private static FieldValue ReadForm(ref Reading reading, ReadOnlySpan<char> text) => reading.Column.Form switch
    {
        "text" => Texts.Read(ref reading, text),
        "name" => Names.Read(ref reading, text),
        "residentId" => ResidentIds.Read(ref reading, text),
        "code" => Codes.Read(ref reading, text),
        "division" => Divisions.Read(ref reading, text),
        "date" => Dates.Read(ref reading, text),
        "month" => Months.Read(ref reading, text),
        "dateTime" => Instants.Read(ref reading, text),
        "money" => Amounts.Read(ref reading, text),
        "integer" => Integers.Read(ref reading, text),
        "yesNo" => YesNo.Read(ref reading, text),
        "list" => Lists.Read(ref reading, text),
        "phone" => Phones.Read(ref reading, text),
        "sha256" => Digests.Read(ref reading, text),
        _ => throw new InvalidOperationException($"Column {reading.Column.Name} has the unknown form {reading.Column.Form}."),
    };
}
