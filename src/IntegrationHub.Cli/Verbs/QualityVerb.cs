using System.CommandLine;
using System.Globalization;
using IntegrationHub.Database;
using IntegrationHub.Intake;
using IntegrationHub.Policy;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;

namespace IntegrationHub.Cli.Verbs;

/// <summary><c>hub quality</c>: what was put right and what was set aside, by sender, type, column and rule.</summary>
internal static class QualityVerb
{
    public static Command Create()
    {
        var source = new Option<string?>("--source") { Description = "Only this system." };
        var command = new Command("quality", "Repairs and problems by sender, type, column and rule.") { source };
        command.SetVerb(async (services, parsed, answer, cancellationToken) =>
        {
            var texts = services.GetRequiredService<ProblemTexts>();
            await using var work = await services.GetRequiredService<HubDatabase>().Begin(cancellationToken);
            var senders = await QualityStore.Report(work, parsed.GetValue(source), cancellationToken);
            answer.Write(new { senders }, console => Show(console, senders, texts));
            return 0;
        });
        return command;
    }

    private static void Show(IAnsiConsole console, List<SenderQuality> senders, ProblemTexts texts)
    {
        var table = Answer.TableOf("sender", "type", "rows", "read", "column", "rule or problem", "count", "of read", "说明");
        foreach (var sender in senders)
        {
            var name = $"{sender.Source} {sender.Area}".TrimEnd();
            table.AddRow(Cells(name, sender.Type, Number(sender.Rows), Number(sender.Read), "", "", "", "", ""));
            foreach (var problem in sender.Problems)
                table.AddRow(Line(sender, problem, texts.Chinese(problem.Code)));
            foreach (var repair in sender.Repairs)
                table.AddRow(Line(sender, repair, "已修正"));
        }

        console.Write(table);
    }

    private static Markup[] Line(SenderQuality sender, QualityCount count, string text) =>
        Cells("", "", "", "", count.Column, count.Code, Number(count.Count), Share(count.Count, sender.Read), text);

    private static Markup[] Cells(params string[] texts) => Array.ConvertAll(texts, text => new Markup(Markup.Escape(text)));

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string Share(long count, long read) =>
        read == 0 ? "" : ((double)count / read).ToString("0.00%", CultureInfo.InvariantCulture);
}
