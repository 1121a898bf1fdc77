using System.Globalization;

namespace Mocks.CharityFederation;

/// <summary>Reads the directory CSV; a row that does not fit stops the start with its line number.</summary>
internal static class DirectoryFile
{
    private const int Columns = 12;

    public static IEnumerable<Organisation> Read(string path) =>
        File.ReadLines(path)
            .Select((line, index) => (Line: line, Number: index + 1))
            .Skip(1)
            .Where(row => row.Line.Length > 0)
            .Select(row => Parse(row.Line, row.Number));

    private static Organisation Parse(string line, int number)
    {
        var cells = line.Split(',');
        return cells.Length == Columns
            ? new Organisation
            {
                Uscc = cells[0],
                Name = cells[1],
                OrgType = cells[2],
                IsCharity = bool.Parse(cells[3]),
                Status = cells[4],
                Level = cells[5],
                Scopes = cells[6].Split('|'),
                Areas = cells[7].Split('|'),
                Agreement = new Agreement(cells[8], Day(cells[9]), Day(cells[10]), cells[11].Split('|')),
            }
            : throw new InvalidDataException($"Directory line {number} has {cells.Length} columns, not {Columns}.");
    }

    private static DateOnly Day(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);
}
