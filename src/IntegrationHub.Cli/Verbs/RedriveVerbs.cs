using System.CommandLine;
using IntegrationHub.Failures;
using IntegrationHub.Pipeline.Redrive;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;

namespace IntegrationHub.Cli.Verbs;

/// <summary><c>hub redrive list|show|start|approve|pause|resume|cancel|policy</c>: re-drives under way and past.</summary>
internal static class RedriveVerbs
{
    public static Command Create() => new("redrive", "Failed messages being sent again.")
    {
        CreateList(),
        CreateShow(),
        CreateOrder("start", "Starts what was previewed, or asks for approval where one is needed.", RedriveOrder.Start),
        CreateOrder("approve", "A second person agrees, and it starts.", RedriveOrder.Approve),
        CreateOrder("pause", "Nothing more is sent until it is resumed.", RedriveOrder.Pause),
        CreateOrder("resume", "Goes on after a pause or a stop.", RedriveOrder.Resume),
        CreateOrder("cancel", "What was not sent stays a failure.", RedriveOrder.Cancel),
        CreatePolicy(),
    };

    internal static void Write(Answer answer, RedriveSheet sheet) => answer.Write(sheet, console =>
    {
        var operation = sheet.Operation;
        var counts = operation.Counts;
        console.WriteLine($"re-drive {operation.OperationId} {operation.State} {operation.StoppedWhy}".TrimEnd());
        console.WriteLine($"  by {operation.MadeBy}, approved by {operation.ApprovedBy ?? (operation.NeedsApproval ? "nobody yet" : "nobody: not needed")}: {operation.Reason}");
        console.WriteLine($"  preview: {string.Join(", ", sheet.Verdicts.Select(verdict => $"{verdict.Key} {verdict.Value}"))}");
        console.WriteLine(
            $"  requested {counts.Requested} = applied {counts.Applied} + already applied {counts.AlreadyApplied} + refused {counts.Refused}"
            + $" + failed {counts.Failed} + cancelled {counts.Cancelled} + under way {counts.Sent} + waiting {counts.Waiting}");
    });

    internal static int CodeOf(RedriveOperation operation) =>
        operation.State == RedriveState.Stopped || operation.Counts.Failed > 0 ? 1 : 0;

    private static Command CreateList()
    {
        var state = new Option<string?>("--state") { Description = "Only in this state." };
        var before = new Option<Guid?>("--before") { Description = "Older than this one." };
        var limit = new Option<int>("--limit") { Description = "At most so many.", DefaultValueFactory = _ => 50 };
        var by = FailedVerbs.By();
        var list = new Command("list", "Re-drives, the newest first.") { state, before, limit, by };
        list.SetVerb(async (services, parsed, answer, cancellationToken) =>
        {
            var who = services.GetRequiredService<Administrators>().Find(parsed.GetValue(by));
            var items = await services.GetRequiredService<RedriveDesk>().List(
                who, parsed.GetValue(state), parsed.GetValue(before), Math.Clamp(parsed.GetValue(limit), 1, 1_000), cancellationToken);
            answer.Write(new { items }, console =>
            {
                var table = Answer.TableOf("re-drive", "made", "by", "state", "requested", "applied", "already", "refused", "failed", "cancelled");
                foreach (var one in items)
                {
                    table.AddRow([.. new[]
                    {
                        $"{one.OperationId}", $"{one.MadeAt:u}", one.MadeBy, one.State, $"{one.Counts.Requested}", $"{one.Counts.Applied}",
                        $"{one.Counts.AlreadyApplied}", $"{one.Counts.Refused}", $"{one.Counts.Failed}", $"{one.Counts.Cancelled}",
                    }.Select(Markup.Escape)]);
                }

                console.Write(table);
            });
            return 0;
        });
        return list;
    }

    private static Command CreateShow()
    {
        var id = Id();
        var watch = new Option<bool>("--watch") { Description = "Until it ends, pauses or stops." };
        var items = new Option<string?>("--items") { Description = "Also its messages in this state, such as REFUSED." };
        var by = FailedVerbs.By();
        var show = new Command("show", "One re-drive: who, why, what, and how far.") { id, watch, items, by };
        show.SetVerb(async (services, parsed, answer, cancellationToken) =>
        {
            var desk = services.GetRequiredService<RedriveDesk>();
            var who = services.GetRequiredService<Administrators>().Find(parsed.GetValue(by));
            var operationId = parsed.GetValue(id);
            var sheet = parsed.GetValue(watch)
                ? await RedriveWatch.Watch(answer, desk, who, operationId, cancellationToken)
                : await desk.Show(who, operationId, cancellationToken);
            if (parsed.GetValue(items) is not { } state)
            {
                Write(answer, sheet);
                return 0;
            }

            var messages = await desk.Items(who, operationId, state, 0, 1_000, cancellationToken);
            answer.Write(new { sheet.Operation, sheet.Verdicts, items = messages }, console =>
            {
                foreach (var message in messages)
                    console.WriteLine($"{message.Number} failure {message.FailureId} {message.State} {message.Outcome ?? message.Verdict}");
            });
            return 0;
        });
        return show;
    }

    private static Command CreateOrder(string name, string description, RedriveOrder order)
    {
        var id = Id();
        var version = new Option<int?>("--version") { Description = "Only if it is at this version still." };
        var watch = new Option<bool>("--watch") { Description = "Until it ends, pauses or stops." };
        var by = FailedVerbs.By();
        var command = new Command(name, description) { id, version, watch, by };
        command.SetVerb(async (services, parsed, answer, cancellationToken) =>
        {
            var desk = services.GetRequiredService<RedriveDesk>();
            var who = services.GetRequiredService<Administrators>().Find(parsed.GetValue(by));
            var sheet = await desk.Order(who, parsed.GetValue(id), order, parsed.GetValue(version), cancellationToken);
            if (parsed.GetValue(watch))
                sheet = await RedriveWatch.Watch(answer, desk, who, sheet.Operation.OperationId, cancellationToken);
            Write(answer, sheet);
            return 0;
        });
        return command;
    }

    private static Command CreatePolicy()
    {
        var endpoint = new Option<string?>("--endpoint") { Description = "An endpoint, or * for all others." };
        var message = new Option<string?>("--message") { Description = "A message type." };
        var rule = new Option<string?>("--rule") { Description = "ALLOWED, NEEDS_APPROVAL or FORBIDDEN." };
        var above = new Option<int?>("--approval-above") { Description = "More messages than this need a second person." };
        var reason = new Option<string>("--reason") { Description = "Why.", DefaultValueFactory = _ => "" };
        var by = FailedVerbs.By();
        var policy = new Command("policy", "What may be sent again; with --rule changes it.") { endpoint, message, rule, above, reason, by };
        policy.SetVerb(async (services, parsed, answer, cancellationToken) =>
        {
            var desk = services.GetRequiredService<RedriveDesk>();
            var who = services.GetRequiredService<Administrators>().Find(parsed.GetValue(by));
            if (parsed.GetValue(rule) is { } asked)
            {
                var (kind, of) = parsed.GetValue(endpoint) is { } named ? ("endpoint", named) : ("message", parsed.GetValue(message) ?? "");
                await desk.SetPolicy(
                    who, new RedrivePolicy(kind, of, asked, parsed.GetValue(above)), parsed.GetValue(reason) ?? "", cancellationToken);
            }

            var items = await desk.Policies(who, cancellationToken);
            answer.Write(new { items }, console =>
            {
                foreach (var row in items)
                    console.WriteLine($"{row.Kind} {row.Name} {row.Rule} {(row.ApprovalAbove is { } most ? $"approval above {most}" : "")}".TrimEnd());
            });
            return 0;
        });
        return policy;
    }

    private static Argument<Guid> Id() => new("redrive") { Description = "Its id." };
}
