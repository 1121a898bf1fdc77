using System.CommandLine;
using System.Text;
using IntegrationHub.Failures;
using IntegrationHub.Pipeline.Redrive;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;

namespace IntegrationHub.Cli.Verbs;

/// <summary><c>hub failed groups|list|show|group|retry|redrive|edit|discard</c>: what failed, and what becomes of it.</summary>
internal static class FailedVerbs
{
    public static Command Create() => new("failed", "Messages that failed for good, and what becomes of them.")
    {
        CreateGroups(), CreateList(), CreateShow(), CreateGroup(), CreateRetry(), CreateRedrive(), CreateEdit(), CreateDiscard(),
    };

    internal static Option<string> By() => new("--by")
    {
        Description = "Who asks.",
        DefaultValueFactory = _ => Environment.UserName,
    };

    private static Command CreateGroups()
    {
        var all = new Option<bool>("--all") { Description = "Also groups with nothing open." };
        var by = By();
        var groups = new Command("groups", "What failed, by cause and place, the largest first.") { all, by };
        groups.SetVerb(async (services, parsed, answer, cancellationToken) =>
        {
            var desk = services.GetRequiredService<FailureDesk>();
            var who = services.GetRequiredService<Administrators>().Find(parsed.GetValue(by));
            var items = await desk.Groups(who, parsed.GetValue(all), cancellationToken);
            var held = await desk.Held(who, cancellationToken);
            answer.Write(new { items, held }, console =>
            {
                var table = Answer.TableOf("group", "open", "this week", "last week", "endpoint", "exception", "code", "state", "owner", "last seen");
                foreach (var group in items)
                {
                    table.AddRow([.. new[]
                    {
                        $"{group.GroupId}", $"{group.Open}", $"{group.ThisWeek}", $"{group.LastWeek}", group.Endpoint,
                        ShortOf(group.ExceptionType), group.ProblemCode, group.State, group.Owner ?? "", $"{group.LastSeen:u}",
                    }.Select(Markup.Escape)]);
                }

                console.Write(table);
                if (held > 0)
                    console.WriteLine($"{held} messages wait behind an earlier one of their subject.");
            });
            return 0;
        });
        return groups;
    }

    private static Command CreateList()
    {
        var filter = new FilterOptions();
        var after = new Option<string?>("--after") { Description = "The place the last page ended." };
        var limit = new Option<int>("--limit") { Description = "At most so many.", DefaultValueFactory = _ => 100 };
        var by = By();
        var list = new Command("list", "Failed messages, the newest first.") { after, limit, by };
        filter.AddTo(list, withState: true);
        list.SetVerb(async (services, parsed, answer, cancellationToken) =>
        {
            var who = services.GetRequiredService<Administrators>().Find(parsed.GetValue(by));
            var page = await services.GetRequiredService<FailureDesk>().List(
                who, filter.Read(parsed), parsed.GetValue(after), Math.Clamp(parsed.GetValue(limit), 1, 10_000), cancellationToken);
            answer.Write(page, console =>
            {
                var table = Answer.TableOf("failure", "group", "endpoint", "exception", "attempts", "state", "last failed", "retry at");
                foreach (var line in page.Items)
                {
                    table.AddRow([.. new[]
                    {
                        $"{line.FailureId}", $"{line.GroupId}", line.Endpoint, ShortOf(line.ExceptionType), $"{line.Attempts}",
                        line.OperationId is null ? line.State : $"{line.State} (re-drive)", $"{line.LastFailedAt:u}", $"{line.RetryAt:u}",
                    }.Select(Markup.Escape)]);
                }

                console.Write(table);
                if (page.Next is not null)
                    console.WriteLine($"--after {page.Next}");
            });
            return 0;
        });
        return list;
    }

    private static Command CreateShow()
    {
        var id = Id();
        var by = By();
        var unmask = new Option<string?>("--unmask") { Description = "Why the values of a sealed record must be seen; audited." };
        var show = new Command("show", "One failed message: why, its body, and every re-drive it was part of.") { id, by, unmask };
        show.SetVerb(async (services, parsed, answer, cancellationToken) =>
        {
            var who = services.GetRequiredService<Administrators>().Find(parsed.GetValue(by));
            var failureId = parsed.GetValue(id);
            var sheet = await services.GetRequiredService<FailureDesk>().Show(who, failureId, cancellationToken);
            var body = await services.GetRequiredService<EditDesk>().Body(who, failureId, parsed.GetValue(unmask), cancellationToken);
            var history = await services.GetRequiredService<RedriveDesk>().HistoryOf(who, failureId, cancellationToken);
            answer.Write(new { failure = sheet.Line, sheet.Stack, waitingBehind = sheet.WaitingBehind, body, history }, console =>
            {
                var line = sheet.Line;
                console.WriteLine($"failure {line.FailureId} of {line.Endpoint}: {line.State}, {line.Attempts} attempts, last {line.LastFailedAt:u}");
                console.WriteLine($"{line.MessageType} {line.MessageId}");
                console.WriteLine($"{line.ExceptionType}: {line.ExceptionMessage}");
                console.WriteLine(sheet.Stack);
                if (sheet.WaitingBehind > 0)
                    console.WriteLine($"{sheet.WaitingBehind} messages wait behind it.");
                console.WriteLine(body);
                foreach (var past in history)
                    console.WriteLine($"re-drive {past.OperationId} {past.At:u} by {past.By}: {past.State} {past.Outcome} ({past.Reason})");
            });
            return 0;
        });
        return show;
    }

    private static Command CreateGroup()
    {
        var id = new Argument<long>("group") { Description = "The group's number." };
        var state = new Option<string?>("--state") { Description = string.Join(", ", GroupState.All) };
        var until = new Option<DateTimeOffset?>("--until") { Description = "Muted until then." };
        var owner = new Option<string?>("--owner") { Description = "Who looks after it." };
        var note = new Option<string?>("--note") { Description = "What is known; no personal data." };
        var ticket = new Option<string?>("--ticket") { Description = "Where it is worked on." };
        var due = new Option<DateOnly?>("--due") { Description = "The day it must be settled by." };
        var by = By();
        var group = new Command("group", "Says who looks after a group, how far they are and until when.") { id, state, until, owner, note, ticket, due, by };
        group.SetVerb(async (services, parsed, answer, cancellationToken) =>
        {
            var who = services.GetRequiredService<Administrators>().Find(parsed.GetValue(by));
            var change = new GroupChange
            {
                State = parsed.GetValue(state),
                MutedUntil = parsed.GetValue(until),
                Owner = parsed.GetValue(owner),
                Note = parsed.GetValue(note),
                Ticket = parsed.GetValue(ticket),
                DueOn = parsed.GetValue(due),
            };
            var changed = await services.GetRequiredService<FailureDesk>().ChangeGroup(who, parsed.GetValue(id), change, cancellationToken);
            answer.Write(new { group = changed }, console => console.WriteLine($"group {changed.GroupId} {changed.State} {changed.Owner}"));
            return 0;
        });
        return group;
    }

    private static Command CreateRetry()
    {
        var id = new Option<long?>("--failure") { Description = "One failure; without it the schedule itself is shown or changed." };
        var at = new Option<DateTimeOffset?>("--at") { Description = "When it goes again by itself." };
        var never = new Option<bool>("--never") { Description = "Take it off the schedule." };
        var pauses = new Option<TimeSpan[]>("--pauses") { Description = "The pauses of the schedule, such as 00:01:00 01:00:00.", AllowMultipleArgumentsPerToken = true };
        var by = By();
        var retry = new Command("retry", "The schedule by which transient failures go again by themselves.") { id, at, never, pauses, by };
        retry.SetVerb(async (services, parsed, answer, cancellationToken) =>
        {
            var who = services.GetRequiredService<Administrators>().Find(parsed.GetValue(by));
            var desk = services.GetRequiredService<FailureDesk>();
            if (parsed.GetValue(id) is { } failureId)
            {
                if (parsed.GetValue(at) is null != parsed.GetValue(never))
                    return answer.Refuse("usage", "Say --at or --never.", "See `hub failed retry --help`.");
                await desk.RetryAt(who, failureId, parsed.GetValue(at), cancellationToken);
            }

            var steps = parsed.GetValue(pauses) is { Length: > 0 } asked
                ? await desk.SetSchedule(who, asked, cancellationToken)
                : await desk.Schedule(who, cancellationToken);
            answer.Write(new { steps }, console =>
            {
                foreach (var step in steps)
                    console.WriteLine($"{step.Number}. after {step.Pause}");
            });
            return 0;
        });
        return retry;
    }

    private static Command CreateRedrive()
    {
        var filter = new FilterOptions();
        var reason = new Option<string>("--reason") { Description = "Why; no personal data.", Required = true };
        var canary = new Option<int>("--canary") { Description = "So many first; the rest goes when all of them took effect." };
        var wait = new Option<bool>("--wait-after-canary") { Description = "Pause after the canary until `hub redrive resume`." };
        var rate = new Option<int>("--rate") { Description = "Messages a second.", DefaultValueFactory = _ => 500 };
        var ramp = new Option<int>("--ramp") { Description = "Seconds until the rate is reached." };
        var stop = new Option<double>("--stop-ratio") { Description = "Stops when more than this share failed.", DefaultValueFactory = _ => 0.1 };
        var go = new Option<bool>("--go") { Description = "Start at once after the preview, or ask for approval where one is needed." };
        var noWait = new Option<bool>("--no-wait") { Description = "Do not watch it." };
        var by = By();
        var redrive = new Command("redrive", "Shows what sending these again would do; with --go does it.")
        {
            reason, canary, wait, rate, ramp, stop, go, noWait, by,
        };
        filter.AddTo(redrive, withState: false);
        redrive.SetVerb(async (services, parsed, answer, cancellationToken) =>
        {
            var who = services.GetRequiredService<Administrators>().Find(parsed.GetValue(by));
            var desk = services.GetRequiredService<RedriveDesk>();
            var wish = new RedriveWish
            {
                Filter = filter.Read(parsed),
                Reason = parsed.GetRequiredValue(reason),
                Canary = parsed.GetValue(canary),
                WaitsAfterCanary = parsed.GetValue(wait),
                Rate = parsed.GetValue(rate),
                RampSeconds = parsed.GetValue(ramp),
                StopRatio = parsed.GetValue(stop),
            };
            var sheet = await RedriveWatch.Previewed(answer, progress => desk.Preview(who, wish, progress, cancellationToken));
            if (parsed.GetValue(go))
            {
                sheet = await desk.Order(who, sheet.Operation.OperationId, RedriveOrder.Start, sheet.Operation.Version, cancellationToken);
                if (!parsed.GetValue(noWait) && sheet.Operation.State != RedriveState.AwaitingApproval)
                    sheet = await RedriveWatch.Watch(answer, desk, who, sheet.Operation.OperationId, cancellationToken);
            }

            RedriveVerbs.Write(answer, sheet);
            return RedriveVerbs.CodeOf(sheet.Operation);
        });
        return redrive;
    }

    private static Command CreateEdit()
    {
        var id = Id();
        var body = new Option<FileInfo>("--body") { Description = "A file with the members to change, as a JSON merge patch (RFC 7396).", Required = true };
        var to = new Option<string?>("--to") { Description = "Send it to another endpoint that takes the same message." };
        var reason = new Option<string>("--reason") { Description = "Why; no personal data.", Required = true };
        var by = By();
        var edit = new Command("edit", "Closes a failed message and puts an edited one in its place, for a second person to approve.") { id, body, to, reason, by };
        edit.SetVerb(async (services, parsed, answer, cancellationToken) =>
        {
            var who = services.GetRequiredService<Administrators>().Find(parsed.GetValue(by));
            var patch = await File.ReadAllTextAsync(parsed.GetRequiredValue(body).FullName, Encoding.UTF8, cancellationToken);
            var edited = await services.GetRequiredService<EditDesk>().Edit(
                who,
                new EditWish(parsed.GetValue(id), patch, parsed.GetRequiredValue(reason)) { Endpoint = parsed.GetValue(to) },
                cancellationToken);
            answer.Write(edited, console =>
            {
                console.WriteLine($"failure {edited.FailureId} stands in the place of {edited.EditOf}; changed: {string.Join(", ", edited.Changed)}");
                console.WriteLine($"re-drive {edited.Operation.OperationId} {edited.Operation.State}");
            });
            return 0;
        });
        return edit;
    }

    private static Command CreateDiscard()
    {
        var ids = new Argument<long[]>("failures") { Description = "Their numbers.", Arity = ArgumentArity.OneOrMore };
        var reason = new Option<string>("--reason") { Description = "Why; no personal data.", Required = true };
        var by = By();
        var discard = new Command("discard", "Closes failed messages for good without sending them.") { ids, reason, by };
        discard.SetVerb(async (services, parsed, answer, cancellationToken) =>
        {
            var who = services.GetRequiredService<Administrators>().Find(parsed.GetValue(by));
            var discarded = await services.GetRequiredService<FailureDesk>().Discard(
                who, parsed.GetRequiredValue(ids), parsed.GetRequiredValue(reason), cancellationToken);
            answer.Write(new { discarded }, console => console.WriteLine($"{discarded} discarded"));
            return 0;
        });
        return discard;
    }

    private static Argument<long> Id() => new("failure") { Description = "The failure's number." };

    private static string ShortOf(string type) => type[(type.LastIndexOf('.') + 1)..];

    /// <summary>What a list and a re-drive are filtered by.</summary>
    private sealed class FilterOptions
    {
        private readonly Option<long?> _group = new("--group") { Description = "Only this group." };
        private readonly Option<string?> _endpoint = new("--endpoint") { Description = "Only of this endpoint." };
        private readonly Option<string?> _message = new("--message") { Description = "Only of this message type." };
        private readonly Option<string?> _exception = new("--exception") { Description = "Only of this exception type." };
        private readonly Option<string?> _partner = new("--partner") { Description = "Only with this partner." };
        private readonly Option<string?> _code = new("--code") { Description = "Only with this problem code." };
        private readonly Option<string?> _division = new("--division") { Description = "Only of this division and below." };
        private readonly Option<DateTimeOffset?> _since = new("--since") { Description = "Last failed then or later." };
        private readonly Option<DateTimeOffset?> _until = new("--until") { Description = "Last failed before." };
        private readonly Option<long[]> _failures = new("--failure") { Description = "Exactly these.", AllowMultipleArgumentsPerToken = true };
        private readonly Option<string> _state = new("--state")
        {
            Description = "Only in this state.",
            DefaultValueFactory = _ => FailureState.Open,
        };

        public void AddTo(Command command, bool withState)
        {
            foreach (var option in new Option[] { _group, _endpoint, _message, _exception, _partner, _code, _division, _since, _until, _failures })
                command.Add(option);
            if (withState)
            {
                _state.AcceptOnlyFromAmong([.. FailureState.All]);
                command.Add(_state);
            }
        }

        public FailureFilterBy Read(ParseResult parsed) => new()
        {
            GroupId = parsed.GetValue(_group),
            Endpoint = parsed.GetValue(_endpoint),
            MessageType = parsed.GetValue(_message),
            ExceptionType = parsed.GetValue(_exception),
            Partner = parsed.GetValue(_partner),
            ProblemCode = parsed.GetValue(_code),
            Division = parsed.GetValue(_division),
            Since = parsed.GetValue(_since),
            Until = parsed.GetValue(_until),
            FailureIds = parsed.GetValue(_failures) is { Length: > 0 } ids ? ids : null,
            State = parsed.GetValue(_state) ?? FailureState.Open,
        };
    }
}
