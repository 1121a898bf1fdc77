using System.CommandLine;
using IntegrationHub.Contracts;
using IntegrationHub.Database;
using IntegrationHub.Policy;
using IntegrationHub.Referrals;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;

namespace IntegrationHub.Cli.Verbs;

/// <summary><c>hub referral list|show</c>.</summary>
internal static class ReferralVerbs
{
    public static Command Create() => new("referral", "Referrals of needs to charities.") { CreateList(), CreateShow() };

    private static Command CreateList()
    {
        var state = new Option<string?>("--state") { Description = "Only this state, such as OFFERED." };
        var limit = new Option<int>("--limit") { Description = "At most so many.", DefaultValueFactory = _ => 200 };
        var list = new Command("list", "The newest first, and how many there are in each state.") { state, limit };
        list.SetVerb(async (services, parsed, answer, cancellationToken) =>
        {
            await using var work = await services.GetRequiredService<HubDatabase>().Begin(cancellationToken);
            var items = await ReferralReading.List(
                work, parsed.GetValue(state), Math.Clamp(parsed.GetValue(limit), 1, 100_000), cancellationToken);
            var counts = await ReferralReading.Counts(work, cancellationToken);
            answer.Write(new { items, counts }, console =>
            {
                var table = Answer.TableOf("referral", "kind", "division", "state", "attempt", "organisation", "changed");
                foreach (var item in items)
                {
                    table.AddRow(
                        $"{item.ReferralId}", item.Kind, item.Division, item.State, $"{item.Attempt}", item.Uscc ?? "", $"{item.ChangedAt:u}");
                }

                console.Write(table);
                console.WriteLine(string.Join(", ", counts.Select(count => $"{count.Key} {count.Value}")));
            });
            return 0;
        });
        return list;
    }

    private static Command CreateShow()
    {
        var id = new Argument<Guid>("id") { Description = "The referral's id." };
        var show = new Command("show", "One referral and everything that happened to it.") { id };
        show.SetVerb(async (services, parsed, answer, cancellationToken) =>
        {
            await using var work = await services.GetRequiredService<HubDatabase>().Begin(cancellationToken);
            var referral = await ReferralReading.Find(work, parsed.GetValue(id), cancellationToken)
                ?? throw new HubProblemException("referral.not_found", $"There is no referral {parsed.GetValue(id)}.", "See `hub referral list`.");
            var moves = await ReferralReading.Moves(work, referral.ReferralId, cancellationToken);
            var why = await RoutingReasons.Of(work, referral.ReferralId, cancellationToken);
            answer.Write(new { referral, moves, why }, console =>
            {
                console.WriteLine($"{referral.ReferralId} {referral.Kind} {referral.Division} {referral.State} {referral.Uscc}");
                foreach (var move in moves)
                    console.WriteLine($"{move.At:u} {move.State} attempt {move.Attempt} {move.Uscc} by {move.Actor} {move.Reason}");
                Explain(console, why, services.GetRequiredService<ProblemTexts>());
            });
            return 0;
        });
        return show;
    }

    // Who was asked and why, who was not and why: by the newest reason, and how many there were before it.
    private static void Explain(IAnsiConsole console, IReadOnlyList<RoutingExplanation> why, ProblemTexts texts)
    {
        if (why.Count == 0)
            return;
        var last = why[^1];
        console.WriteLine($"why, as of {last.At:u} by policy {last.PolicyVersion} ({why.Count} reasons in all):");
        if (last.Objection is { } objection)
            console.WriteLine($"  not referred: {objection} {texts.Chinese(objection)} ({last.Predicate})");
        foreach (var advice in last.Advice)
            console.WriteLine($"  {advice} {texts.Chinese(advice)}");
        foreach (var one in last.Organisations)
            console.WriteLine($"  {one.Uscc} {one.Name}: {(one.Uscc == last.Chosen ? "chosen" : $"{one.Reason} {texts.Chinese(one.Reason)}")}");
    }
}
