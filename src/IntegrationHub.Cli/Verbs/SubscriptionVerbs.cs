using System.CommandLine;
using IntegrationHub.Subscriptions;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;

namespace IntegrationHub.Cli.Verbs;

/// <summary>
/// <c>hub subscription add|list|show|update|pause|resume|rotate|test|replay|attempts|gaps</c>: who is told of referral
/// events, and how it goes. What a charity does for itself at <c>/api/v1/subscriptions</c>, by the same functions.
/// </summary>
internal static class SubscriptionVerbs
{
    private static readonly SubscriptionActor s_by = SubscriptionActor.Operator;

    public static Command Create() => new("subscription", "Who is told of referral events.")
    {
        CreateAdd(),
        CreateList(),
        CreateShow(),
        CreateUpdate(),
        CreateMove("pause", "Stop sending; what happens meanwhile waits.", (desk, id, token) => desk.Pause(s_by, id, null, token)),
        CreateMove("resume", "Send again, in order, what waits.", (desk, id, token) => desk.Resume(s_by, id, null, token)),
        CreateRotate(),
        CreateTest(),
        CreateReplay(),
        CreateAttempts(),
        CreateGaps(),
    };

    private static Command CreateAdd()
    {
        var org = new Option<string>("--org") { Description = "The organisation's USCC.", Required = true };
        var url = new Option<string?>("--url") { Description = "Where its webhook listens." };
        var channel = new Option<string?>("--channel") { Description = "WEBHOOK (with --url), FEED or AMQP." };
        var wishes = new Wishes();
        var add = wishes.On(new Command("add", "Subscribe an organisation; key and secret are shown once.") { org, url, channel });
        add.SetVerb(async (services, parsed, answer, cancellationToken) =>
        {
            var wish = new SubscriptionWish
            {
                Channel = parsed.GetValue(channel) ?? SubscriptionChannel.Webhook,
                Url = parsed.GetValue(url),
                Name = parsed.GetValue(wishes.Name) ?? "",
                Filter = wishes.Filter(parsed) ?? SubscriptionFilter.All,
                Concurrency = parsed.GetValue(wishes.Concurrency) ?? 1,
                UrgentFirst = parsed.GetValue(wishes.UrgentFirst) ?? false,
            };
            var added = await services.GetRequiredService<SubscriptionService>().Add(
                parsed.GetRequiredValue(org), wish, cancellationToken);
            answer.Write(
                new { added.SubscriptionId, added.Uscc, added.ApiKey, added.Secret, added.State },
                console => console.WriteLine(
                    $"subscription {added.SubscriptionId} {added.State}\napi key      {added.ApiKey}\n"
                    + $"secret       {(added.Secret.Length > 0 ? added.Secret : "none")}\nThey are shown only now."));
            return 0;
        });
        return add;
    }

    private static Command CreateList()
    {
        var list = new Command("list", "All subscriptions.");
        list.SetVerb(async (services, _, answer, cancellationToken) =>
        {
            var all = await services.GetRequiredService<SubscriptionDesk>().List(s_by, cancellationToken);
            answer.Write(new { items = all }, console =>
            {
                var table = Answer.TableOf("subscription", "organisation", "channel", "target", "state", "last", "waiting", "parked");
                foreach (var one in all)
                {
                    table.AddRow(
                        $"{one.SubscriptionId}", one.Uscc, one.Channel, Markup.Escape(one.Url ?? one.Name),
                        one.State, $"{one.LastSequence}", $"{one.Waiting}", $"{one.Parked}");
                }

                console.Write(table);
            });
            return 0;
        });
        return list;
    }

    private static Command CreateShow()
    {
        var id = IdArgument();
        var show = new Command("show", "One subscription: backlog, next attempt, success and latency of the last day.") { id };
        show.SetVerb(async (services, parsed, answer, cancellationToken) =>
        {
            var sheet = await services.GetRequiredService<SubscriptionDesk>().Show(s_by, parsed.GetValue(id), cancellationToken);
            var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
            answer.Write(sheet, console => Print(console, sheet, now));
            return 0;
        });
        return show;
    }

    private static void Print(IAnsiConsole console, SubscriptionSheet sheet, DateTimeOffset now)
    {
        var (one, day) = (sheet.Subscription, sheet.LastDay);
        console.WriteLine($"{one.SubscriptionId} of {one.Uscc}, {one.Channel} {one.Url ?? one.Name}");
        console.WriteLine($"state        {one.State} since {one.StateSince:u} {one.StateReason}, version {one.Version}");
        console.WriteLine($"sequence     {one.LastSequence}, waiting {one.Waiting}, parked {one.Parked}");
        if (one.OldestWaitingAt is { } oldest)
            console.WriteLine($"oldest       waits {(now - oldest).TotalSeconds:0} s, next attempt {one.NextAttemptAt:u}");
        if (one.FailingSince is { } since)
            console.WriteLine($"failing      since {since:u}");
        console.WriteLine($"last day     {day.Attempts} attempts, success {day.SuccessRatio:P1}");
        console.WriteLine($"latency      p50 {day.P50:0} ms, p95 {day.P95:0} ms, p99 {day.P99:0} ms from commit to receipt");
    }

    private static Command CreateUpdate()
    {
        var id = IdArgument();
        var url = new Option<string?>("--url") { Description = "Another address; it has to agree to be called." };
        var wishes = new Wishes();
        var update = wishes.On(new Command("update", "Change what is said and leave the rest.") { id, url });
        update.SetVerb(async (services, parsed, answer, cancellationToken) =>
        {
            var change = new SubscriptionChange
            {
                Url = parsed.GetValue(url),
                Name = parsed.GetValue(wishes.Name),
                Filter = wishes.Filter(parsed),
                Concurrency = parsed.GetValue(wishes.Concurrency),
                UrgentFirst = parsed.GetValue(wishes.UrgentFirst),
            };
            var one = await services.GetRequiredService<SubscriptionDesk>().Update(
                s_by, parsed.GetValue(id), change, null, cancellationToken);
            answer.Write(one, console => console.WriteLine($"{one.SubscriptionId} {one.State}, version {one.Version}"));
            return 0;
        });
        return update;
    }

    private static Command CreateMove(
        string name, string description, Func<SubscriptionDesk, Guid, CancellationToken, Task<SubscriptionSummary>> move)
    {
        var id = IdArgument();
        var command = new Command(name, description) { id };
        command.SetVerb(async (services, parsed, answer, cancellationToken) =>
        {
            var one = await move(services.GetRequiredService<SubscriptionDesk>(), parsed.GetValue(id), cancellationToken);
            answer.Write(one, console => console.WriteLine($"{one.SubscriptionId} {one.State}"));
            return 0;
        });
        return command;
    }

    private static Command CreateRotate()
    {
        var id = IdArgument();
        var overlap = new Option<double>("--overlap-hours")
        {
            Description = "How long the old secret signs as well.",
            DefaultValueFactory = _ => 24,
        };
        var rotate = new Command("rotate", "Make a new secret; it is shown once.") { id, overlap };
        rotate.SetVerb(async (services, parsed, answer, cancellationToken) =>
        {
            var hours = Math.Clamp(parsed.GetValue(overlap), -1, 1_000);
            var secret = await services.GetRequiredService<SubscriptionDesk>().Rotate(
                s_by, parsed.GetValue(id), TimeSpan.FromHours(hours), null, cancellationToken);
            answer.Write(
                new { secret.SubscriptionId, secret.Secret, secret.FormerEndsAt },
                console => console.WriteLine($"secret {secret.Secret}\nthe one before signs until {secret.FormerEndsAt:u}"));
            return 0;
        });
        return rotate;
    }

    private static Command CreateTest()
    {
        var id = IdArgument();
        var test = new Command("test", "Send an event without meaning, in the subscription's own sequence.") { id };
        test.SetVerb(async (services, parsed, answer, cancellationToken) =>
        {
            var eventId = await services.GetRequiredService<SubscriptionDesk>().Test(s_by, parsed.GetValue(id), cancellationToken);
            answer.Write(new { eventId }, console => console.WriteLine($"event {eventId}"));
            return 0;
        });
        return test;
    }

    private static Command CreateReplay()
    {
        var id = IdArgument();
        var from = new Option<long?>("--from-sequence") { Description = "From this number on." };
        var to = new Option<long?>("--to-sequence") { Description = "Up to this number." };
        var since = new Option<DateTimeOffset?>("--from") { Description = "From this instant on." };
        var until = new Option<DateTimeOffset?>("--to") { Description = "Before this instant." };
        var happened = new Option<Guid?>("--event") { Description = "This one event." };
        var parked = new Option<bool>("--parked") { Description = "All that were given up." };
        var replay = new Command("replay", "Send again what was sent or given up: same events, same numbers.")
        {
            id, from, to, since, until, happened, parked,
        };
        replay.SetVerb(async (services, parsed, answer, cancellationToken) =>
        {
            var window = new ReplayWindow
            {
                FromSequence = parsed.GetValue(from),
                ToSequence = parsed.GetValue(to),
                From = parsed.GetValue(since),
                To = parsed.GetValue(until),
                EventId = parsed.GetValue(happened),
                Parked = parsed.GetValue(parked),
            };
            var report = await services.GetRequiredService<SubscriptionDesk>().Replay(
                s_by, parsed.GetValue(id), window, cancellationToken);
            answer.Write(report, console => console.WriteLine(
                $"{report.Requested} are sent again, {report.Emptied} are no longer kept"));
            return 0;
        });
        return replay;
    }

    private static Command CreateAttempts()
    {
        var id = IdArgument();
        var sequence = new Option<long?>("--sequence") { Description = "Only of this number." };
        var limit = new Option<int>("--limit") { Description = "At most so many.", DefaultValueFactory = _ => 50 };
        var attempts = new Command("attempts", "What was tried, the latest first.") { id, sequence, limit };
        attempts.SetVerb(async (services, parsed, answer, cancellationToken) =>
        {
            var items = await services.GetRequiredService<SubscriptionDesk>().Attempts(
                s_by, parsed.GetValue(id), parsed.GetValue(sequence), null, Math.Clamp(parsed.GetValue(limit), 1, 10_000),
                cancellationToken);
            answer.Write(new { items }, console =>
            {
                var table = Answer.TableOf("at", "sequence", "outcome", "call ms", "since commit ms");
                foreach (var one in items)
                    table.AddRow($"{one.At:u}", $"{one.Sequence}", Markup.Escape(one.Outcome), $"{one.TookMs}", $"{one.WaitedMs}");
                console.Write(table);
            });
            return 0;
        });
        return attempts;
    }

    private static Command CreateGaps()
    {
        var id = IdArgument();
        var gaps = new Command("gaps", "Whether every number was handed out, and which were not delivered yet.") { id };
        gaps.SetVerb(async (services, parsed, answer, cancellationToken) =>
        {
            var report = await services.GetRequiredService<SubscriptionDesk>().Gaps(s_by, parsed.GetValue(id), cancellationToken);
            answer.Write(report, console =>
            {
                console.WriteLine($"numbers 1 to {report.LastSequence}, {report.Numbered} of them there");
                foreach (var open in report.Open)
                    console.WriteLine($"{open.From}-{open.To} {open.State}");
            });
            return report.HasHole ? answer.Refuse("internal", "The sequence has a hole.", "Tell operations.") : 0;
        });
        return gaps;
    }

    private static Argument<Guid> IdArgument() => new("id") { Description = "The subscription's id." };

    /// <summary>What add and update have in common.</summary>
    private sealed class Wishes
    {
        private readonly Option<string?> _types = new("--types") { Description = "Event types, such as referral.offered,recall.issued." };
        private readonly Option<string?> _kinds = new("--kinds") { Description = "Need kinds of offers, such as ZY,ZX." };
        private readonly Option<string?> _divisions = new("--divisions") { Description = "Beginnings of division codes, such as 4104." };
        private readonly Option<string?> _hardships = new("--hardships") { Description = "Hardship codes, such as HD1." };
        private readonly Option<string?> _priorities = new("--priorities") { Description = "NORMAL, URGENT." };

        public Option<string?> Name { get; } = new("--name") { Description = "What it is called." };

        public Option<int?> Concurrency { get; } = new("--concurrency") { Description = "Deliveries under way at once, 1 to 16." };

        public Option<bool?> UrgentFirst { get; } = new("--urgent-first") { Description = "Urgent offers before all that waits." };

        public Command On(Command command)
        {
            foreach (var option in new Option[] { Name, _types, _kinds, _divisions, _hardships, _priorities, Concurrency, UrgentFirst })
                command.Add(option);
            return command;
        }

        /// <summary>Null if no part of it was said.</summary>
        public SubscriptionFilter? Filter(ParseResult parsed)
        {
            string[] Parts(Option<string?> option) =>
                parsed.GetValue(option)?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
            return new[] { _types, _kinds, _divisions, _hardships, _priorities }.All(option => parsed.GetValue(option) is null)
                ? null
                : new SubscriptionFilter
                {
                    Types = Parts(_types),
                    Kinds = Parts(_kinds),
                    Divisions = Parts(_divisions),
                    Hardships = Parts(_hardships),
                    Priorities = Parts(_priorities),
                };
        }
    }
}
