using System.CommandLine;
using IntegrationHub.Clock;
using IntegrationHub.Pipeline;
using IntegrationHub.Reconciliation;
using IntegrationHub.Schedules;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;

namespace IntegrationHub.Cli.Verbs;

/// <summary><c>hub reconcile run|show|differences|resolve</c>: do the books agree, what moved, and what becomes of a difference.</summary>
internal static class ReconcileVerbs
{
    public static Command Create() => new("reconcile", "Compare the three books.") 
    {
        CreateRun(), CreateShow(), CreateDifferences(), CreateResolve(),
    };

    private static Command CreateRun()
    {
        var asOf = new Option<DateTimeOffset?>("--as-of") { Description = "Make it this instant first; only where trials are allowed." };
        var pull = new Option<bool>("--pull") { Description = "Read givers' books to their end first, and wait until what came is processed." };
        var run = new Command("run", "Reconcile what happened since the last reconciliation.") { asOf, pull };
        run.SetVerb(async (services, parsed, answer, cancellationToken) =>
        {
            if (parsed.GetValue(asOf) is { } instant)
                TrialClock.Require(services.GetRequiredService<TimeProvider>()).SetNow(instant);
            if (parsed.GetValue(pull))
                await services.GetRequiredService<BookPull>().Pull(cancellationToken);
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

    private static Command CreateDifferences()
    {
        var state = new Option<string?>("--state") { Description = "OPEN, ASKED, SENT, ACCEPTED or CLOSED; all but closed without it." };
        var owner = new Option<string?>("--owner") { Description = "Whose turn it is: hub, provincial, charity." };
        var list = new Command("differences", "What has not been proved gone, the oldest first.") { state, owner };
        list.SetVerb(async (services, parsed, answer, cancellationToken) =>
        {
            var items = await services.GetRequiredService<DifferenceDesk>().Page(
                parsed.GetValue(state), parsed.GetValue(owner), null, (DateTimeOffset.UnixEpoch, Guid.Empty), 500, cancellationToken);
            answer.Write(new { items }, console =>
            {
                var table = Answer.TableOf("id", "level", "class", "source", "key", "owner", "state", "since");
                foreach (var one in items)
                {
                    table.AddRow(
                        $"{one.DifferenceId}", one.Level, one.Class, one.Source, Markup.Escape(one.Key), one.Owner, one.State, $"{one.FirstSeenAt:u}");
                }

                console.Write(table);
            });
            return 0;
        });
        return list;
    }

    private static Command CreateResolve()
    {
        var id = new Argument<Guid>("id") { Description = "The difference's id." };
        var action = new Option<string>("--action") { Description = "resend or accept.", Required = true };
        var by = new Option<string>("--by") { Description = "Who decides.", Required = true };
        var reason = new Option<string>("--reason") { Description = "Why.", Required = true };
        var resolve = new Command("resolve", "Do something about a difference; the next run proves whether it is gone.") { id, action, by, reason };
        resolve.SetVerb(async (services, parsed, answer, cancellationToken) =>
        {
            var one = await services.GetRequiredService<DifferenceDesk>().Resolve(
                parsed.GetValue(id), parsed.GetValue(action) ?? "", parsed.GetValue(by) ?? "", parsed.GetValue(reason) ?? "", cancellationToken);
            answer.Write(one, console => console.WriteLine($"{one.DifferenceId}  {one.State}"));
            return 0;
        });
        return resolve;
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
