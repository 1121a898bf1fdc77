namespace IntegrationHub.Testing.Populations;

/// <summary>
/// A labelled population as a file: UTF-8, a header line, comma-separated, no quoting (no field has a comma), columns
/// <c>record,person,idNo,name,sex,birth,division,householdRef,phone</c> in any order. A column that is missing is empty.
/// </summary>
public static class LabelledFile
{
    private static readonly string[] s_columns =
        ["record", "person", "idNo", "name", "sex", "birth", "division", "householdRef", "phone"];

    public static IReadOnlyList<LabelledRecord> Read(string path)
    {
        var lines = File.ReadAllLines(path);
        var header = lines.Length == 0 ? [] : Cells(lines[0]);
        var at = Array.ConvertAll(
            s_columns, column => Array.FindIndex(header, cell => cell.Equals(column, StringComparison.OrdinalIgnoreCase)));
        if (at[0] < 0 || at[1] < 0)
            throw new FormatException($"{Path.GetFileName(path)} needs a header with: {string.Join(',', s_columns)}.");
        return
        [
            .. lines.Skip(1).Where(line => line.Length > 0).Select(line =>
            {
                var cells = Cells(line);
                var values = Array.ConvertAll(at, column => column >= 0 && column < cells.Length ? cells[column] : "");
                return new LabelledRecord(
                    values[0], values[1], values[2], values[3], values[4], values[5], values[6], values[7], values[8]);
            }),
        ];
    }

    public static void Write(string path, IEnumerable<LabelledRecord> records) => File.WriteAllLines(
        path,
        records
            .Select(one => string.Join(
                ',', one.Record, one.Person, one.IdNo, one.Name, one.Sex, one.Birth, one.Division, one.HouseholdRef, one.Phone))
            .Prepend(string.Join(',', s_columns)));

    // A name may come with spaces: they are its typing and stay.
    private static string[] Cells(string line) =>
        Array.ConvertAll(line.TrimStart('\ufeff').TrimEnd('\r').Split(','), cell => cell.Length > 1 && cell[0] == '"' && cell[^1] == '"' ? cell[1..^1] : cell);
}
