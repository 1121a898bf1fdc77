using System.CommandLine;
using IntegrationHub.Database;
using IntegrationHub.Intake;
using IntegrationHub.Policy;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;

namespace IntegrationHub.Cli.Verbs;

/// <summary><c>hub quarantine list</c>: rows that could not be read, by place and reason.</summary>
internal static class QuarantineVerbs
{
    public static Command Create()
    {
        var file = new Option<string?>("--file") { Description = "Only this file." };
        var limit = new Option<int>("--limit") { Description = "At most so many rows.", DefaultValueFactory = _ => 200 };
        var list = new Command("list", "Rows that could not be read.") { file, limit };
        list.SetVerb(async (services, parsed, answer, cancellationToken) =>
        {
            var texts = services.GetRequiredService<ProblemTexts>();
            await using var work = await services.GetRequiredService<HubDatabase>().Begin(cancellationToken);
            var (rows, total) = await QuarantineStore.List(
                work, parsed.GetValue(file), Math.Clamp(parsed.GetValue(limit), 1, 100_000), cancellationToken);
            var items = rows.SelectMany(row => row.Codes.Select((code, i) => new
            {
                file = row.File,
                row = row.Row,
                code,
                column = row.Columns[i],
                text = texts.Chinese(code),
            })).ToList();
            answer.Write(new { items, total }, console =>
            {
                var table = Answer.TableOf("file", "row", "code", "column", "说明");
                foreach (var item in items)
                    table.AddRow(item.file, $"{item.row}", item.code, item.column, item.text);
                console.Write(table);
                console.WriteLine($"{rows.Count} of {total}");
            });
            return 0;
        });
        return new Command("quarantine", "Rows set aside.") { list };
    }
}
