using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace IntegrationHub.Benchmarks;

/// <summary>Shows figures to a person and keeps them for a machine.</summary>
internal static class FigureReport
{
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // a file, not a page: × and ÷ stay readable
        WriteIndented = true,
    };

    public static async Task Write(IReadOnlyList<Figure> figures, string? jsonFile, CancellationToken cancellationToken)
    {
        foreach (var line in Table(figures))
            Console.WriteLine(line);
        if (jsonFile is not null)
            await File.WriteAllTextAsync(jsonFile, JsonSerializer.Serialize(figures, s_json) + "\n", cancellationToken);
    }

    private static IEnumerable<string> Table(IReadOnlyList<Figure> figures)
    {
        string[][] rows =
        [
            ["case", "unit", "floor", "hub", "ratio", "RSS MB"],
            .. figures.Select(figure => new[]
            {
                figure.Case, figure.Unit, Number(figure.Floor, "N0"), Number(figure.Hub, "N0"),
                Number(figure.Ratio, "0.00"), Number(figure.RssMb, "N0"),
            }),
        ];
        foreach (var row in rows)
        {
            yield return string.Join(
                "  ", row.Select((cell, column) => Aligned(cell, column, rows.Max(of => of[column].Length))));
        }

        foreach (var figure in figures)
            yield return $"{figure.Case}: {figure.Note}";
    }

    private static string Aligned(string cell, int column, int width) =>
        column < 2 ? cell.PadRight(width) : cell.PadLeft(width);

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
