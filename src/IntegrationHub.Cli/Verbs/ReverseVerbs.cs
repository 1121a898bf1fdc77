using System.CommandLine;
using IntegrationHub.Database;
using IntegrationHub.Pipeline;
using IntegrationHub.Referrals;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;

namespace IntegrationHub.Cli.Verbs;

/// <summary><c>hub reverse list|show|answer</c>: people whom organisations found, for civil affairs to act on.</summary>
internal static class ReverseVerbs
{
    private const int Most = 10_000;

    public static Command Create() => new("reverse", "People in hardship whom organisations found.")
    {
        CreateList(), CreateShow(), CreateAnswer(),
    };

    private static Command CreateList()
    {
        var division = new Option<string?>("--division") { Description = "Only those addressed below this division." };
        var all = new Option<bool>("--all") { Description = "Answered ones too." };
        var list = new Command("list", "The reports that wait for an answer, the oldest first; no names.") { division, all };
        list.SetVerb(async (services, parsed, answer, cancellationToken) =>
        {
            await using var work = await services.GetRequiredService<HubDatabase>().Begin(cancellationToken);
            var items = await ReverseBook.List(
                work, parsed.GetValue(division), null, !parsed.GetValue(all), Most, cancellationToken);
            answer.Write(new { items }, console =>
            {
                var table = Answer.TableOf("report", "kind", "need", "addressees", "finder", "raised", "answer");
                foreach (var item in items)
                {
                    table.AddRow(
                        $"{item.ReverseId}", item.Kind, item.NeedKind, string.Join(',', item.Addressees), item.FinderUscc,
                        $"{item.RaisedAt:u}", item.Answer ?? "");
                }

                console.Write(table);
            });
            return 0;
        });
        return list;
    }

    private static Command CreateShow()
    {
        var id = new Argument<Guid>("id") { Description = "The report's id." };
        var by = new Option<string>("--by") { Description = "Who looks; it is on record.", Required = true };
        var show = new Command("show", "Who was found, in the clear, for the official who acts on it.") { id, by };
        show.SetVerb(async (services, parsed, answer, cancellationToken) =>
        {
            var found = await services.GetRequiredService<ReverseDesk>().Reveal(
                parsed.GetValue(id), parsed.GetRequiredValue(by), cancellationToken);
            answer.Write(found, console => console.WriteLine($"{found.Name} {found.IdNo} {found.Phone} {found.Note}"));
            return 0;
        });
        return show;
    }

    private static Command CreateAnswer()
    {
        var id = new Argument<Guid>("id") { Description = "The report's id." };
        var say = new Argument<string>("answer") { Description = "RECEIVED, ALREADY_RECEIVING, ACCEPTED_APPLICATION or NOT_ELIGIBLE." };
        var reason = new Option<string?>("--reason") { Description = "Why not eligible; the finder is not told." };
        var by = new Option<string>("--by") { Description = "Who answers.", Required = true };
        var verb = new Command("answer", "Answers a report and all others of the same person and need.") { id, say, reason, by };
        verb.SetVerb(async (services, parsed, answer, cancellationToken) =>
        {
            var said = new ReverseAnswering(
                parsed.GetValue(id), parsed.GetRequiredValue(say), parsed.GetValue(reason), parsed.GetRequiredValue(by));
            var report = await services.GetRequiredService<ReverseDesk>().Answer(said, cancellationToken);
            answer.Write(report, console => console.WriteLine($"{report.ReverseId} {report.Answer}"));
            return 0;
        });
        return verb;
    }
}
