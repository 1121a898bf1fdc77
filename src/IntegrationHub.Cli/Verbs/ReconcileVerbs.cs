using System.CommandLine;
using IntegrationHub.Clock;
using IntegrationHub.Pipeline;
using IntegrationHub.Reconciliation;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;

namespace IntegrationHub.Cli.Verbs;

/// <summary><c>hub reconcile run|show</c>: do the books agree, and what moved since the last time.</summary>
internal static class ReconcileVerbs
{
    public static Command Create() => new("reconcile", "Compare the three books.") { CreateRun(), CreateShow() };

    private static Command CreateRun()
    {
        var asOf = new Option<DateTimeOffset?>("--as-of") { Description = "Make it this instant first; only where trials are allowed." };
        var run = new Command("run", "Reconcile what happened since the last reconciliation.") { asOf };
        run.SetVerb(async (services, parsed, answer, cancellationToken) =>
        {
            if (parsed.GetValue(asOf) is { } instant)
                TrialClock.Require(services.GetRequiredService<TimeProvider>()).SetNow(instant);
            var report = await services.GetRequiredService<NightReconciliation>().Run(cancellationToken);
            answer.Write(report, console => Show(console, report));
            return 0;
        });
        return run;
    }

    private static Command CreateShow()
    {
        var which = new Argument<string>("id") { Description = "A reconciliation's id, or last.", DefaultValueFactory = _ => "last" };
        var show = new Command("show", "One reconciliation with every difference.") { which };
        show.SetVerb(async (services, parsed, answer, cancellationToken) =>
        {
            var report = await services.GetRequiredService<NightReconciliation>().Show(parsed.GetValue(which) ?? "last", cancellationToken);
            answer.Write(report, console => Show(console, report));
            return 0;
        });
        return show;
    }

    private static void Show(IAnsiConsole console, ReconciliationReport report)
    {
        console.WriteLine($"{report.ReconciliationId}  {report.Since:u} .. {report.Until:u}");
        console.WriteLine(
            $"offers {report.Offers}, accepted {report.Accepted}, declined {report.Declined}, released {report.Released}, "
            + $"refused {report.Refused}, aid records {report.AidRecords}");
        var table = Answer.TableOf("level", "class", "source", "key", "explained");
        foreach (var difference in report.Differences)
            table.AddRow(difference.Level, difference.Class, difference.Source, Markup.Escape(difference.Key), difference.Explained ?? "-");
        if (report.Differences.Count > 0)
            console.Write(table);
        console.WriteLine($"{report.Differences.Count} differences, {report.Unexplained} without a reason");
    }
}
