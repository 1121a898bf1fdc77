using System.CommandLine;
using IntegrationHub.Briefing;
using IntegrationHub.Clock;
using IntegrationHub.Pipeline;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;

namespace IntegrationHub.Cli.Verbs;

/// <summary><c>hub briefing</c>: the periodic 通报, and with <c>--disclosure</c> the figures of projects for the public.</summary>
internal static class BriefingVerb
{
    public static Command Create()
    {
        var from = new Option<DateOnly>("--from") { Description = "First day, such as 2026-03-01.", Required = true };
        var to = new Option<DateOnly>("--to") { Description = "Last day.", Required = true };
        var folder = new Option<DirectoryInfo?>("--folder") { Description = "Where to write briefing.json, .csv, .html and .xlsx." };
        var by = new Option<string>("--by") { Description = "Who asks for it.", DefaultValueFactory = _ => "cli" };
        var disclosure = new Option<bool>("--disclosure") { Description = "Amounts and numbers by project, for the public." };
        var campaign = new Option<string?>("--campaign") { Description = "With --disclosure: only aid of this drive." };
        var asOf = new Option<DateTimeOffset?>("--as-of") { Description = "Make it this instant first; only where trials are allowed." };
        var briefing = new Command("briefing", "What was needed and what became of it, without a person in it.")
        {
            from, to, folder, by, disclosure, campaign, asOf,
        };
        briefing.SetVerb(async (services, parsed, answer, cancellationToken) =>
        {
            if (parsed.GetValue(asOf) is { } instant)
                TrialClock.Require(services.GetRequiredService<TimeProvider>()).SetNow(instant);
            var desk = services.GetRequiredService<BriefingDesk>();
            var (first, last, who) = (parsed.GetValue(from), parsed.GetValue(to), parsed.GetValue(by) ?? "cli");
            if (parsed.GetValue(disclosure))
            {
                var projects = await desk.Disclose(first, last, parsed.GetValue(campaign), who, cancellationToken);
                answer.Write(new { projects }, console =>
                {
                    var table = Answer.TableOf("organisation", "project", "records", "amount", "corrected");
                    foreach (var one in projects)
                        table.AddRow(one.Uscc, Markup.Escape(one.Project), $"{one.Records}", $"{one.Amount:0.00}", one.IsCorrected ? "yes" : "");
                    console.Write(table);
                });
                return 0;
            }

            var report = await desk.Make(first, last, who, cancellationToken);
            if (parsed.GetValue(folder) is { } target)
                await Write(report, target, cancellationToken);
            answer.Write(report, console =>
            {
                foreach (var (name, rows) in BriefingFiles.Sheets(report))
                {
                    var table = Answer.TableOf(rows[0]);
                    foreach (var row in rows.Skip(1))
                        table.AddRow([.. row.Select(cell => Markup.Escape(cell))]);
                    console.WriteLine(name);
                    console.Write(table);
                }
            });
            return 0;
        });
        return briefing;
    }

    private static async Task Write(BriefingReport report, DirectoryInfo folder, CancellationToken cancellationToken)
    {
        folder.Create();
        await File.WriteAllBytesAsync(Path.Combine(folder.FullName, "briefing.json"), BriefingFiles.Json(report), cancellationToken);
        await File.WriteAllBytesAsync(Path.Combine(folder.FullName, "briefing.csv"), BriefingFiles.Csv(report), cancellationToken);
        await File.WriteAllBytesAsync(Path.Combine(folder.FullName, "briefing.html"), BriefingFiles.Html(report), cancellationToken);
        await File.WriteAllBytesAsync(Path.Combine(folder.FullName, "briefing.xlsx"), BriefingFiles.Xlsx(report), cancellationToken);
    }
}
