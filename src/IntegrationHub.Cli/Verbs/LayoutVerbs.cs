using System.CommandLine;
using IntegrationHub.Adapters.Provincial;
using IntegrationHub.Intake;
using IntegrationHub.Policy;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;

namespace IntegrationHub.Cli.Verbs;

/// <summary><c>hub layout check</c>: what would happen to a file under a layout, without loading it and without a database.</summary>
internal static class LayoutVerbs
{
    public static Command Create() => new("layout", "Layouts: how a source's files are read.") { CreateCheck() };

    private static Command CreateCheck()
    {
        var layoutFile = new Argument<string>("layout") { Description = "A layout file." };
        var dataFile = new Argument<string>("file") { Description = "A file of the source, or a zip of them." };
        var check = new Command("check", "Explain what would happen to a file; exit 0 when it would be taken, 1 when held.") { layoutFile, dataFile };
        check.SetVerb(async (services, parsed, answer, cancellationToken) =>
        {
            var contracts = services.GetRequiredService<ContractsFolder>();
            var layout = ProvincialLayouts.Load(contracts.Path, parsed.GetRequiredValue(layoutFile));
            var today = HubCalendar.DayOf(services.GetRequiredService<TimeProvider>().GetUtcNow());
            var reports = await ProvincialLayouts.Check(layout, parsed.GetRequiredValue(dataFile), today, cancellationToken);
            var texts = services.GetRequiredService<ProblemTexts>();
            var taken = reports.Count > 0 && reports.All(report => report.Taken);
            answer.Write(
                new { taken, files = reports.Select(report => Document(report, texts)) },
                console =>
                {
                    if (reports.Count == 0)
                        console.WriteLine("No file of this layout is in it.");
                    foreach (var report in reports)
                        Show(console, report, texts);
                });
            return taken ? 0 : 1;
        });
        return check;
    }

    private static object Document(LayoutReport report, ProblemTexts texts) => new
    {
        report.File,
        report.Layout,
        report.Type,
        report.Taken,
        report.Code,
        text = report.Code is { } code ? texts.Chinese(code) : null,
        report.Detail,
        report.Notices,
        report.Encoding,
        report.Separator,
        report.HeaderRows,
        report.Reordered,
        report.Columns,
        missing = report.Columns.Where(column => column.State == "missing").Select(column => column.Name),
        report.Unknown,
        report.Rows,
        report.TotalsRows,
        report.BlankRows,
        report.Clean,
        report.Quarantined,
        report.Duplicates,
        problems = report.Problems.Select(problem => new { problem.Code, problem.Column, problem.Rows, problem.First, text = texts.Chinese(problem.Code) }),
        report.Repairs,
    };

    private static void Show(IAnsiConsole console, LayoutReport report, ProblemTexts texts)
    {
        console.WriteLine($"{report.File}: {(report.Taken ? "would be taken" : $"would be held, {report.Code} {texts.Chinese(report.Code!)}")} {report.Detail}".TrimEnd()); // not taken has a code
        foreach (var notice in report.Notices)
            console.WriteLine($"  {notice} {texts.Chinese(notice)}");
        console.WriteLine(
            $"  encoding {report.Encoding ?? "?"}, separator {report.Separator ?? "?"}, {report.HeaderRows} header rows, "
            + $"{report.Rows} rows of data, {report.TotalsRows} of totals, {report.BlankRows} blank{(report.Reordered ? ", columns in another order" : "")}");
        ShowColumns(console, report);
        console.WriteLine($"  {report.Clean} rows would be read, {report.Quarantined} quarantined, {report.Duplicates} of them with a key that came before");
        ShowCounts(console, ["code", "column", "rows", "first rows", "说明"], report.Problems.Select(problem => new[]
        {
            problem.Code, problem.Column, $"{problem.Rows}", string.Join(", ", problem.First), texts.Chinese(problem.Code),
        }));
        ShowCounts(console, ["repair", "column", "rows", "first rows"], report.Repairs.Select(repair => new[]
        {
            repair.Rule, repair.Column, $"{repair.Rows}", string.Join(", ", repair.First),
        }));
    }

    private static void ShowColumns(IAnsiConsole console, LayoutReport report)
    {
        ShowCounts(console, ["column", "field", "in the file", ""], report.Columns.Select(column => new[]
        {
            column.Name, column.Field, column.At is { } at ? $"{at}" : "-", column.State,
        }));
        foreach (var unknown in report.Unknown)
            console.WriteLine($"  column {unknown.At} is not in the layout and would not be read {unknown.Name}");
    }

    private static void ShowCounts(IAnsiConsole console, string[] heads, IEnumerable<string[]> lines)
    {
        var rows = lines.ToList();
        if (rows.Count == 0)
            return;
        var table = Answer.TableOf(heads);
        foreach (var row in rows)
            table.AddRow([.. row.Select(Markup.Escape)]);
        console.Write(table);
    }
}
