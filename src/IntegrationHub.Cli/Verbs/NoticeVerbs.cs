using System.CommandLine;
using IntegrationHub.Database;
using IntegrationHub.Disclosure;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;

namespace IntegrationHub.Cli.Verbs;

/// <summary><c>hub recall list</c> and <c>hub correction list</c>: who was told to delete or correct what, and who has not yet.</summary>
internal static class NoticeVerbs
{
    private const int Most = 10_000;

    public static Command CreateRecall() => new("recall", "Notices to delete what was released.") { CreateRecallList() };

    public static Command CreateCorrection() => new("correction", "Notices that a released value has changed.")
    {
        CreateCorrectionList(),
    };

    private static Command CreateRecallList()
    {
        var filter = new Filter();
        var list = filter.Of("The recalls not acknowledged yet, oldest first.");
        list.SetVerb(async (services, parsed, answer, cancellationToken) =>
        {
            var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
            await using var work = await services.GetRequiredService<HubDatabase>().Begin(cancellationToken);
            var items = await RecallBook.List(work, filter.Read(parsed, now), cancellationToken);
            var counts = await RecallBook.Counts(work, now, cancellationToken);
            answer.Write(new { items, counts }, console =>
            {
                var table = Answer.TableOf("recall", "organisation", "items", "reason", "issued", "deadline", "answer");
                foreach (var item in items)
                {
                    table.AddRow(
                        $"{item.RecallId}", item.Uscc, string.Join(',', item.Items), item.Reason, $"{item.IssuedAt:u}",
                        $"{item.Deadline:u}", item.Ack ?? (item.Deadline <= now ? "OVERDUE" : ""));
                }

                Write(console, table, counts);
            });
            return 0;
        });
        return list;
    }

    private static Command CreateCorrectionList()
    {
        var filter = new Filter();
        var list = filter.Of("The corrections not acknowledged yet, oldest first.");
        list.SetVerb(async (services, parsed, answer, cancellationToken) =>
        {
            var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
            await using var work = await services.GetRequiredService<HubDatabase>().Begin(cancellationToken);
            var items = await CorrectionBook.List(work, filter.Read(parsed, now), cancellationToken);
            var counts = await CorrectionBook.Counts(work, now, cancellationToken);
            answer.Write(new { items, counts }, console =>
            {
                var table = Answer.TableOf("correction", "organisation", "items", "issued", "deadline", "answer");
                foreach (var item in items)
                {
                    table.AddRow(
                        $"{item.CorrectionId}", item.Uscc, string.Join(',', item.Items), $"{item.IssuedAt:u}", $"{item.Deadline:u}",
                        item.AckedAt is not null ? "TAKEN OVER" : item.Deadline <= now ? "OVERDUE" : "");
                }

                Write(console, table, counts);
            });
            return 0;
        });
        return list;
    }

    private static void Write(IAnsiConsole console, Table table, NoticeCounts counts)
    {
        console.Write(table);
        console.WriteLine($"open {counts.Open}, overdue {counts.Overdue}");
    }

    private sealed class Filter
    {
        private readonly Option<bool> _overdue = new("--overdue") { Description = "Only those whose deadline has passed." };
        private readonly Option<bool> _all = new("--all") { Description = "Acknowledged ones too." };
        private readonly Option<string?> _org = new("--org") { Description = "Only of this organisation (USCC)." };

        public Command Of(string description) => new("list", description) { _overdue, _all, _org };

        public NoticeQuery Read(ParseResult parsed, DateTimeOffset now) => new(
            parsed.GetValue(_org),
            parsed.GetValue(_all) ? null : true,
            parsed.GetValue(_overdue) ? now : null,
            DateTimeOffset.UnixEpoch, Guid.Empty, Most);
    }
}
