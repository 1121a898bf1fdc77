using System.CommandLine;
using System.Text;
using CsvHelper;
using IntegrationHub.Disclosure;
using IntegrationHub.Pipeline.Rights;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;

namespace IntegrationHub.Cli.Verbs;

/// <summary><c>hub incident export</c>: whom an incident concerns, in minutes (P17).</summary>
internal static class IncidentVerbs
{
    private static readonly CsvWriterOptions s_export = new() { Injection = CsvInjection.Escape };

    public static Command Create() => new("incident", "Whom an incident concerns. 个人信息安全事件。") { CreateExport() };

    private static Command CreateExport()
    {
        var since = new Option<DateTimeOffset>("--since") { Description = "From this instant on.", Required = true };
        var until = new Option<DateTimeOffset>("--until") { Description = "Up to this instant.", Required = true };
        var org = new Option<string?>("--org") { Description = "Only what this organisation (USCC) was given." };
        var item = new Option<string?>("--item") { Description = "Only where this item was given." };
        var target = new Option<string>("--out") { Description = "The CSV file to write.", Required = true };
        var by = new Option<string>("--by") { Description = "Who asks.", Required = true };
        var reason = new Option<string>("--reason") { Description = "Why; no personal data.", Required = true };
        var export = new Command("export", "People by key, items and recipients of what was disclosed, as CSV; the export is on record.")
        {
            since, until, org, item, target, by, reason,
        };
        export.SetVerb(async (services, parsed, answer, cancellationToken) =>
        {
            var filter = new DisclosedFilter(
                parsed.GetRequiredValue(since), parsed.GetRequiredValue(until), parsed.GetValue(org), parsed.GetValue(item));
            var path = parsed.GetRequiredValue(target);
            await using var file = new StreamWriter(path, append: false, new UTF8Encoding(true));
            using var csv = CsvWriter.Create(file, s_export);
            csv.WriteRecord("at", "person", "recipient", "items", "sends", "consent", "policy", "release");
            var counts = await services.GetRequiredService<IncidentDesk>().Export(
                filter, parsed.GetRequiredValue(by), parsed.GetRequiredValue(reason),
                told => csv.WriteRecord(
                    $"{told.At:O}", $"{told.PersonKey}", told.Uscc, string.Join('|', told.Items), $"{told.Sends}", told.ConsentId,
                    told.PolicyVersion, $"{told.ReleaseId}"),
                cancellationToken);
            answer.Write(
                new { file = path, counts.People, counts.Releases, counts.ByRecipient, counts.ByItem },
                console => console.WriteLine($"{counts.People} people, {counts.Releases} releases in {path}"));
            return 0;
        });
        return export;
    }
}
