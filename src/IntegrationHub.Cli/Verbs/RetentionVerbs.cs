using System.CommandLine;
using IntegrationHub.Pipeline.Rights;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;

namespace IntegrationHub.Cli.Verbs;

/// <summary><c>hub retention run</c>: end what its time has ended for (P14).</summary>
internal static class RetentionVerbs
{
    public static Command Create() => new("retention", "How long what is kept.") { CreateRun() };

    private static Command CreateRun()
    {
        var dry = new Option<bool>("--dry-run") { Description = "Count what is due and touch nothing." };
        var run = new Command("run", "Delete or empty what is older than the policy pack keeps it; legal holds win.") { dry };
        run.SetVerb(async (services, parsed, answer, cancellationToken) =>
        {
            var lines = await services.GetRequiredService<RetentionRun>().Run(parsed.GetValue(dry), cancellationToken);
            answer.Write(new { dryRun = parsed.GetValue(dry), lines }, console =>
            {
                var table = Answer.TableOf("entity", "days", "older than", "due", "gone");
                foreach (var line in lines)
                    table.AddRow(line.Entity, $"{line.Days}", $"{line.Before:u}", $"{line.Due}", $"{line.Gone}");
                console.Write(table);
            });
            return 0;
        });
        return run;
    }
}
