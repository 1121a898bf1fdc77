using System.CommandLine;
using IntegrationHub.Identity;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;

namespace IntegrationHub.Cli.Verbs;

/// <summary><c>hub review list|show|merge|unmerge|reject</c>: pairs of records that may be one person.</summary>
internal static class ReviewVerbs
{
    private const string All = "ALL";

    public static Command Create() => new("review", "Pairs of records that may be one person, for people to decide.")
    {
        CreateList(),
        CreateShow(),
        CreateDecision(
            "merge", "They are one person: the first call proposes it, the call of a second person approves it.",
            (desk, order, cancellationToken) => desk.Merge(order, cancellationToken), mayKeep: true),
        CreateDecision(
            "unmerge", "Takes a merge back: everything is as it was before.",
            (desk, order, cancellationToken) => desk.Unmerge(order, cancellationToken), mayKeep: false),
        CreateDecision(
            "reject", "They are two people: not asked again until their data change.",
            (desk, order, cancellationToken) => desk.Reject(order, cancellationToken), mayKeep: false),
    };

    private static Command CreateList()
    {
        var state = new Option<string>("--state")
        {
            Description = "Only this state, or ALL.",
            DefaultValueFactory = _ => Review.Open,
        };
        var kind = new Option<string?>("--kind") { Description = "Only this kind, such as CORRECTED_ID." };
        var county = new Option<string?>("--county") { Description = "Cases of this county only, six digits." };
        var limit = new Option<int>("--limit") { Description = "At most so many.", DefaultValueFactory = _ => 200 };
        var list = new Command("list", "What waits to be decided, the likeliest first, and the cases of the counties.")
        {
            state, kind, county, limit,
        };
        list.SetVerb(async (services, parsed, answer, cancellationToken) =>
        {
            var desk = services.GetRequiredService<ReviewDesk>();
            var most = Math.Clamp(parsed.GetValue(limit), 1, 100_000);
            var asked = parsed.GetValue(state);
            var items = await desk.List(asked == All ? null : asked, parsed.GetValue(kind), most, cancellationToken);
            var counts = await desk.Counts(cancellationToken);
            var cases = await desk.Cases(parsed.GetValue(county), most, cancellationToken);
            answer.Write(new { items, counts, cases }, console => Print(console, items, counts, cases));
            return 0;
        });
        return list;
    }

    private static void Print(
        IAnsiConsole console, IReadOnlyList<Review> items, IReadOnlyDictionary<string, long> counts, IReadOnlyList<IdentityCase> cases)
    {
        var table = Answer.TableOf("review", "kind", "score", "state", "proposed by", "what agreed");
        foreach (var item in items)
        {
            table.AddRow(
                $"{item.ReviewId}", item.Kind, $"{item.Score:0.0}", item.State, Markup.Escape(item.ProposedBy ?? ""),
                string.Join(' ', item.Explanation));
        }

        console.Write(table);
        console.WriteLine(string.Join(", ", counts.Select(count => $"{count.Key} {count.Value}")));
        if (cases.Count == 0)
            return;
        var open = Answer.TableOf("county", "case", "person", "since");
        foreach (var one in cases)
            open.AddRow(one.County, one.Kind, $"{one.PersonKey}", $"{one.OpenedAt:u}");
        console.Write(open);
    }

    private static Command CreateShow()
    {
        var id = new Argument<Guid>("id") { Description = "The review's id." };
        var show = new Command("show", "One review: what was compared, and both sides with their values masked.") { id };
        show.SetVerb(async (services, parsed, answer, cancellationToken) =>
        {
            var sheet = await services.GetRequiredService<ReviewDesk>().Show(parsed.GetValue(id), cancellationToken);
            answer.Write(sheet, console =>
            {
                var review = sheet.Review;
                console.WriteLine($"{review.ReviewId} {review.Kind} {review.State}, score {review.Score:0.0} by rules {review.RuleVersion}");
                console.WriteLine(string.Join(' ', review.Explanation));
                var table = Answer.TableOf("key", "name", "id number", "", "sex", "born", "divisions", "households");
                foreach (var one in new[] { sheet.One, sheet.Other }.OfType<ReviewedPerson>())
                {
                    table.AddRow(
                        $"{one.Key}", Markup.Escape(one.Name), one.IdNo, one.IdStanding, one.Sex, one.BornOn,
                        string.Join(' ', one.Divisions), $"{one.Households}");
                }

                console.Write(table);
                if (review.ProposedBy is { } proposer)
                    console.WriteLine($"proposed by {proposer}, decided by {review.DecidedBy ?? "nobody yet"}: {review.Reason}");
            });
            return 0;
        });
        return show;
    }

    private static Command CreateDecision(
        string name, string description, Func<ReviewDesk, ReviewOrder, CancellationToken, Task<Review>> decide, bool mayKeep)
    {
        var id = new Argument<Guid>("id") { Description = "The review's id." };
        var by = new Option<string>("--by") { Description = "Who decides.", Required = true };
        var reason = new Option<string>("--reason") { Description = "Why; no personal data.", Required = true };
        var keep = new Option<Guid?>("--keep") { Description = "The key that is to stand for both." };
        var command = new Command(name, description) { id, by, reason };
        if (mayKeep)
            command.Add(keep);
        command.SetVerb(async (services, parsed, answer, cancellationToken) =>
        {
            var order = new ReviewOrder(
                parsed.GetValue(id), parsed.GetRequiredValue(by).Trim(), parsed.GetRequiredValue(reason).Trim())
            {
                Keep = mayKeep ? parsed.GetValue(keep) : null,
            };
            var review = await decide(services.GetRequiredService<ReviewDesk>(), order, cancellationToken);
            answer.Write(new { review }, console => console.WriteLine($"{review.ReviewId} {review.State}"));
            return 0;
        });
        return command;
    }
}
