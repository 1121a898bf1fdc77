using System.CommandLine;
using IntegrationHub.Pipeline.Rights;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;

namespace IntegrationHub.Cli.Verbs;

/// <summary><c>hub shred PERSON</c>: erase a person, by two people, and prove it (P13).</summary>
internal static class ShredVerb
{
    public static Command Create()
    {
        var person = new PersonOptions();
        var readmit = new Option<bool>("--readmit") { Description = "Let an erased person come in again, because they ask for help anew." };
        var command = new Command(
            "shred", "Erase a person: the first call proposes, the call of a second person destroys what names them and proves it.") { readmit };
        person.AddTo(command);
        command.SetVerb(async (services, parsed, answer, cancellationToken) =>
        {
            var desk = services.GetRequiredService<ErasureDesk>();
            if (parsed.GetValue(readmit))
            {
                var readmitted = await desk.Readmit(person.Read(parsed), cancellationToken);
                answer.Write(new { readmitted }, console => console.WriteLine(readmitted ? "readmitted" : "was not erased"));
                return 0;
            }

            var report = await desk.Shred(person.Read(parsed), cancellationToken);
            answer.Write(report, console => Show(console, report));
            return 0;
        });
        return command;
    }

    private static void Show(IAnsiConsole console, ErasureReport report)
    {
        if (report is not ErasureReport.Done { Proof: var proof } done)
        {
            console.WriteLine("proposed; another person approves it by the same call");
            return;
        }

        var table = Answer.TableOf("destroyed", "how many");
        foreach (var (what, count) in proof.Destroyed)
            table.AddRow(Markup.Escape(what), $"{count}");
        console.Write(table);
        console.WriteLine($"erased {done.PersonKey}: {proof.SealedValues} sealed values tried with {proof.KeysTried} keys, {proof.Opened} opened");
        console.WriteLine($"found in {proof.StillFound} places; {proof.ArchivedFiles} sealed originals hold a row until retention deletes them");
    }
}
