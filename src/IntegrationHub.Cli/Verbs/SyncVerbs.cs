using System.CommandLine;
using IntegrationHub.Adapters.Provincial;
using IntegrationHub.Clock;
using IntegrationHub.Contracts;
using IntegrationHub.Database;
using IntegrationHub.Intake;
using IntegrationHub.Schedules;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;

namespace IntegrationHub.Cli.Verbs;

/// <summary><c>hub sync run|list|show</c>.</summary>
internal static class SyncVerbs
{
    public static Command Create() => new("sync", "Take in what the outside systems have.") { CreateRun(), CreateList(), CreateShow() };

    private static Command CreateRun()
    {
        var source = new Option<string>("--source")
        {
            Description = "provincial, charity, the code of a further province, or all.",
            DefaultValueFactory = _ => "all",
        };
        source.AcceptOnlyFromAmong(
            ["provincial", "charity", .. ProvincialServices.FurtherSources(new ConfigurationBuilder().AddEnvironmentVariables().Build()), "all"]);
        var asOf = new Option<DateTimeOffset?>("--as-of") { Description = "Make it this instant first; only where trials are allowed." };
        var onWorker = new Option<bool>("--worker") { Description = "Let a worker do it, through Hangfire, and watch." };
        var command = new Command("run", "Run the nightly sync now and wait until everything is processed.") { source, asOf, onWorker };
        command.SetVerb(async (services, parsed, answer, cancellationToken) =>
        {
            if (parsed.GetValue(asOf) is { } instant)
                TrialClock.Require(services.GetRequiredService<TimeProvider>()).SetNow(instant);
            var sync = services.GetRequiredService<NightlySync>();
            var sources = parsed.GetValue(source) is "all" or null ? sync.Sources : [parsed.GetValue(source)!]; // null was handled
            var runs = new List<RunReport>();
            foreach (var name in sources)
            {
                var run = await SyncWatch.Run(services, name, parsed.GetValue(onWorker), answer.ForPerson, cancellationToken);
                runs.Add(run);
                if (answer.ForPerson)
                    Show(AnsiConsole.Console, run);
            }

            answer.Write(new { runs }, _ => { });
            return 0;
        });
        return command;
    }

    private static Command CreateList()
    {
        var command = new Command("list", "The newest runs.");
        command.SetVerb(async (services, _, answer, cancellationToken) =>
        {
            await using var work = await services.GetRequiredService<HubDatabase>().Begin(cancellationToken);
            var runs = await RunStore.Recent(work, 50, cancellationToken);
            answer.Write(
                new { runs = runs.Select(run => new { run.RunId, run.Source, run.AsOf, run.State, run.StartedAt, run.FinishedAt, run.ProblemCode }) },
                console =>
                {
                    var table = Answer.TableOf("run", "source", "as of", "state", "problem");
                    foreach (var run in runs)
                        table.AddRow($"{run.RunId}", run.Source, $"{run.AsOf:u}", run.State, run.ProblemCode ?? "");
                    console.Write(table);
                });
            return 0;
        });
        return command;
    }

    private static Command CreateShow()
    {
        var which = new Argument<string>("run") { Description = "A run id, or last.", DefaultValueFactory = _ => "last" };
        var command = new Command("show", "One run to the row.") { which };
        command.SetVerb(async (services, parsed, answer, cancellationToken) =>
        {
            await using var work = await services.GetRequiredService<HubDatabase>().Begin(cancellationToken);
            var text = parsed.GetValue(which);
            var run = text == "last" ? (await RunStore.Recent(work, 1, cancellationToken)).FirstOrDefault()
                : Guid.TryParse(text, out var id) ? await RunStore.Find(work, id, cancellationToken)
                : null;
            if (run is null)
                throw new HubProblemException("sync.not_found", $"There is no run {text}.", "See `hub sync list`.");
            var report = await RunReport.Of(work, run, cancellationToken);
            answer.Write(report, console => Show(console, report));
            return 0;
        });
        return command;
    }

    internal static void Show(IAnsiConsole console, RunReport run)
    {
        console.WriteLine($"{run.Source} {run.AsOf:u} {run.State} {run.Seconds:0.0} s  {run.RunId}");
        var table = Answer.TableOf("file", "rows", "unchanged", "applied", "quarantined", "held", "state");
        foreach (var file in run.Files)
        {
            table.AddRow(
                Markup.Escape(file.Name), $"{file.Rows}", $"{file.Unchanged}", $"{file.Applied}", $"{file.Quarantined}", $"{file.Held}",
                $"{file.State} {file.Code}");
        }

        console.Write(table);
        foreach (var problem in run.Problems)
            console.WriteLine($"{problem.Code} {problem.File} {problem.Text}");
    }
}
