using System.CommandLine;
using IntegrationHub.Pipeline.Rights;
using Microsoft.Extensions.DependencyInjection;

namespace IntegrationHub.Cli.Verbs;

/// <summary><c>hub statement PERSON</c>: what the person is told about their data (P11).</summary>
internal static class StatementVerb
{
    public static Command Create()
    {
        var person = new PersonOptions();
        var html = new Option<string?>("--html") { Description = "Also write a page to print to this file." };
        var command = new Command("statement", "Who got which of a person's data, when, why and under which consent; in Chinese.") { html };
        person.AddTo(command);
        command.SetVerb(async (services, parsed, answer, cancellationToken) =>
        {
            var statement = await services.GetRequiredService<StatementDesk>().Make(person.Read(parsed), cancellationToken);
            var page = services.GetRequiredService<StatementPage>();
            if (parsed.GetValue(html) is { } file)
                await File.WriteAllTextAsync(file, page.Html(statement), cancellationToken);
            answer.Write(new { statement, sections = page.Sections(statement) }, _ => Console.Out.Write(page.Text(statement)));
            return 0;
        });
        return command;
    }
}
