using System.CommandLine;
using System.Text;
using CsvHelper;
using IntegrationHub.Contracts;
using IntegrationHub.Database;
using IntegrationHub.Intake;
using IntegrationHub.Policy;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;

namespace IntegrationHub.Cli.Verbs;

/// <summary><c>hub quarantine list|show|export|rerun</c>: rows that could not be read, by place and reason, never by value.</summary>
internal static class QuarantineVerbs
{
    private const int MostRows = 1_000_000;

    /// <summary>A text that a spreadsheet would run as a formula is written as text (D9).</summary>
    private static readonly CsvWriterOptions s_export = new() { Injection = CsvInjection.Escape };

    public static Command Create() => new("quarantine", "Rows set aside.") { CreateList(), CreateShow(), CreateExport(), CreateRerun() };

    private static Command CreateList()
    {
        var (file, code, state) = Filters();
        var limit = new Option<int>("--limit") { Description = "At most so many rows.", DefaultValueFactory = _ => 200 };
        var list = new Command("list", "Rows that could not be read.") { file, code, state, limit };
        list.SetVerb(async (services, parsed, answer, cancellationToken) =>
        {
            var filter = new QuarantineFilter(parsed.GetValue(file), parsed.GetValue(code), StateOf(parsed.GetValue(state)));
            var (rows, total) = await Load(services, filter, Math.Clamp(parsed.GetValue(limit), 1, 100_000), cancellationToken);
            var items = Lines(rows, services.GetRequiredService<ProblemTexts>()).ToList();
            answer.Write(new { items, total }, console =>
            {
                var table = Answer.TableOf("file", "row", "code", "column", "state", "说明");
                foreach (var item in items)
                    table.AddRow([.. new[] { item.File, $"{item.Row}", item.Code, item.Column, item.State, item.Text }.Select(Markup.Escape)]);
                console.Write(table);
                console.WriteLine($"{rows.Count} of {total}");
            });
            return 0;
        });
        return list;
    }

    private static Command CreateShow()
    {
        var file = new Argument<string>("file") { Description = "The file's name." };
        var row = new Argument<long>("row") { Description = "The row's number; 1 is the first row of data." };
        var show = new Command("show", "One row: everything known about it but what it said.") { file, row };
        show.SetVerb(async (services, parsed, answer, cancellationToken) =>
        {
            var filter = new QuarantineFilter(parsed.GetRequiredValue(file), null, null, parsed.GetValue(row));
            var (rows, _) = await Load(services, filter, 100, cancellationToken);
            if (rows.Count == 0)
                throw Nothing();
            var texts = services.GetRequiredService<ProblemTexts>();
            answer.Write(
                new
                {
                    items = rows.Select(item => new
                    {
                        item.File,
                        item.Row,
                        item.State,
                        item.Source,
                        item.Type,
                        item.Area,
                        item.ReceivedAt,
                        item.ResolvedAt,
                        problems = item.Codes.Select((code, i) => new { code, column = item.Columns[i], text = texts.Chinese(code) }),
                    }),
                },
                console =>
                {
                    foreach (var item in rows)
                    {
                        console.WriteLine($"{item.File} row {item.Row} {item.State}  {item.Source} {item.Type} {item.Area} {item.ReceivedAt:u}");
                        for (var i = 0; i < item.Codes.Count; i++)
                            console.WriteLine($"  {item.Codes[i]} {item.Columns[i]} {texts.Chinese(item.Codes[i])}");
                    }
                });
            return 0;
        });
        return show;
    }

    private static Command CreateExport()
    {
        var (file, code, state) = Filters();
        var target = new Option<string>("--out") { Description = "The CSV file to write.", Required = true };
        var export = new Command("export", "Write the list as CSV for whoever mends the source.") { file, code, state, target };
        export.SetVerb(async (services, parsed, answer, cancellationToken) =>
        {
            var filter = new QuarantineFilter(parsed.GetValue(file), parsed.GetValue(code), StateOf(parsed.GetValue(state)));
            var (rows, total) = await Load(services, filter, MostRows, cancellationToken);
            var lines = Lines(rows, services.GetRequiredService<ProblemTexts>()).ToList();
            var path = parsed.GetRequiredValue(target);
            await File.WriteAllTextAsync(path, Csv(lines), new UTF8Encoding(true), cancellationToken);
            answer.Write(
                new { file = path, lines = lines.Count, rows = rows.Count, total },
                console => console.WriteLine($"{rows.Count} of {total} rows, {lines.Count} lines in {path}"));
            return 0;
        });
        return export;
    }

    private static Command CreateRerun()
    {
        var (file, code, _) = Filters();
        var rerun = new Command("rerun", "Read quarantined rows again from the archive, by the layouts of now.") { file, code };
        rerun.SetVerb(async (services, parsed, answer, cancellationToken) =>
        {
            var filter = new QuarantineFilter(parsed.GetValue(file), parsed.GetValue(code));
            var before = (await Load(services, filter, 1, cancellationToken)).Total;
            List<string> sources;
            await using (var work = await services.GetRequiredService<HubDatabase>().Begin(cancellationToken))
                sources = await QuarantineStore.Sources(work, filter, cancellationToken);
            if (sources.Count == 0)
                throw Nothing();
            var runs = new List<RunReport>();
            foreach (var source in sources)
            {
                runs.Add(await SyncWatch.Run(
                    services, (sync, reporter) => sync.RunAgain(source, filter, reporter, cancellationToken), answer.ForPerson, cancellationToken));
            }

            var after = (await Load(services, filter, 1, cancellationToken)).Total;
            answer.Write(
                new { rows = before, resolved = before - after, still = after, runs },
                console => console.WriteLine($"{before} rows, {before - after} resolved, {after} still in quarantine"));
            return runs.Exists(run => run.Problems.Any(problem => problem.Code.Length > 0 && problem.File.Length == 0)) ? 1 : 0;
        });
        return rerun;
    }

    private static (Option<string?> File, Option<string?> Code, Option<string> State) Filters()
    {
        var state = new Option<string>("--state") { Description = "OPEN, RESOLVED or ALL.", DefaultValueFactory = _ => "OPEN" };
        state.AcceptOnlyFromAmong("OPEN", "RESOLVED", "ALL");
        return (
            new Option<string?>("--file") { Description = "Only this file." },
            new Option<string?>("--code") { Description = "Only rows with this problem code." },
            state);
    }

    private static string? StateOf(string? state) => state == "ALL" ? null : state ?? "OPEN";

    private static HubProblemException Nothing() => new("quarantine.nothing", "No quarantined row fits.", "See `hub quarantine list`.");

    private static async Task<(List<QuarantineItem> Rows, long Total)> Load(
        IServiceProvider services, QuarantineFilter filter, int limit, CancellationToken cancellationToken)
    {
        await using var work = await services.GetRequiredService<HubDatabase>().Begin(cancellationToken);
        return await QuarantineStore.List(work, filter, limit, cancellationToken);
    }

    private static IEnumerable<Line> Lines(List<QuarantineItem> rows, ProblemTexts texts) =>
        rows.SelectMany(row => row.Codes.Select((code, i) => new Line(row.File, row.Row, code, row.Columns[i], row.State, texts.Chinese(code))));

    private static string Csv(List<Line> lines)
    {
        using var text = new StringWriter();
        using (var csv = CsvWriter.Create(text, s_export))
        {
            csv.WriteRecord("文件", "行号", "代码", "列", "状态", "说明");
            foreach (var line in lines)
                csv.WriteRecord(line.File, $"{line.Row}", line.Code, line.Column == "-" ? "" : line.Column, line.State, line.Text);
        }

        return text.ToString();
    }

    private sealed record Line(string File, long Row, string Code, string Column, string State, string Text);
}
