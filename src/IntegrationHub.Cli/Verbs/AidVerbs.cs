using System.CommandLine;
using IntegrationHub.Aid;
using IntegrationHub.Contracts;
using IntegrationHub.Pipeline;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;

namespace IntegrationHub.Cli.Verbs;

/// <summary><c>hub alert</c>, <c>hub aid</c> and <c>hub fund</c>: what somebody should look at, and what they make of it.</summary>
internal static class AidVerbs
{
    public static Command CreateAlert() => new("alert", "Possible duplicates, over-aid and contradictions. Warnings only.") { CreateAlerts(), CreateAck() };

    public static Command CreateAid() => new("aid", "Which payments are one.") { CreateSuspects(), CreateRule() };

    public static Command CreateFund() => new("fund", "Funds and earmarked gifts, and what they may be used for.") { CreateTell() };

    private static Command CreateAlerts()
    {
        var state = new Option<string>("--state") { Description = "OPEN or CLOSED.", DefaultValueFactory = _ => "OPEN" };
        var list = new Command("list", "Alerts, the oldest first.") { state };
        list.SetVerb(async (services, parsed, answer, cancellationToken) =>
        {
            var items = await services.GetRequiredService<AidDesk>().Alerts(
                parsed.GetValue(state), null, (DateTimeOffset.UnixEpoch, Guid.Empty), 500, cancellationToken);
            answer.Write(
                new
                {
                    items = items.Select(one => new
                    {
                        one.Alert.AlertId,
                        one.Alert.Type,
                        one.Alert.Code,
                        one.Alert.Kind,
                        records = one.Alert.Records.Select(record => $"{record}"),
                        one.Alert.Excess,
                        one.Alert.Band,
                        one.State,
                        one.OpenedAt,
                        one.CloseReason,
                        one.AcknowledgedBy,
                    }),
                },
                console =>
                {
                    var table = Answer.TableOf("id", "code", "records", "excess", "since", "acknowledged by", "closed");
                    foreach (var one in items)
                    {
                        table.AddRow(
                            $"{one.Alert.AlertId}", one.Alert.Code, Markup.Escape(string.Join(' ', one.Alert.Records)), $"{one.Alert.Excess:0.00}",
                            $"{one.OpenedAt:u}", Markup.Escape(string.Join(' ', one.AcknowledgedBy)), one.CloseReason ?? "");
                    }

                    console.Write(table);
                });
            return 0;
        });
        return list;
    }

    private static Command CreateAck()
    {
        var id = new Argument<Guid>("id") { Description = "The alert's id." };
        var (by, reason) = ByAndReason();
        var ack = new Command("ack", "Note that you have read it. It closes by itself when its cause is gone.") { id, by, reason };
        ack.SetVerb(async (services, parsed, answer, cancellationToken) =>
        {
            var alertId = parsed.GetValue(id);
            await services.GetRequiredService<AidDesk>().Acknowledge(
                alertId, $"operator:{parsed.GetValue(by)}", null, parsed.GetValue(reason), cancellationToken);
            answer.Write(new { alertId, acknowledged = true }, console => console.WriteLine("acknowledged"));
            return 0;
        });
        return ack;
    }

    private static Command CreateSuspects()
    {
        var list = new Command("suspects", "Pairs that may be one payment and wait for a person.");
        list.SetVerb(async (services, _, answer, cancellationToken) =>
        {
            var pairs = await services.GetRequiredService<AidDesk>().Suspects(500, cancellationToken);
            var items = pairs.Select(pair => new { left = $"{pair.Left}", right = $"{pair.Right}", pair.Score, pair.Reasons, since = pair.DecidedAt }).ToList();
            answer.Write(new { items }, console =>
            {
                var table = Answer.TableOf("government", "charity", "score", "because", "since");
                foreach (var pair in items)
                    table.AddRow(pair.left, Markup.Escape(pair.right), $"{pair.Score}", string.Join(' ', pair.Reasons), $"{pair.since:u}");
                console.Write(table);
            });
            return 0;
        });
        return list;
    }

    private static Command CreateRule()
    {
        var left = new Argument<string>("left") { Description = "provincial:ID or charity:ID." };
        var right = new Argument<string>("right") { Description = "charity:ID." };
        var ruling = new Option<string>("--is") { Description = "SAME, DIFFERENT or COMPLEMENT.", Required = true };
        var (by, reason) = ByAndReason();
        var rule = new Command("rule", "Say what two records are to each other. No record is changed.") { left, right, ruling, by, reason };
        rule.SetVerb(async (services, parsed, answer, cancellationToken) =>
        {
            await services.GetRequiredService<AidDesk>().Rule(
                RefOf(parsed.GetValue(left)), RefOf(parsed.GetValue(right)), parsed.GetValue(ruling) ?? "", parsed.GetValue(by) ?? "",
                parsed.GetValue(reason) ?? "", cancellationToken);
            answer.Write(new { ruling = parsed.GetValue(ruling) }, console => console.WriteLine("ruled"));
            return 0;
        });
        return rule;
    }

    private static Command CreateTell()
    {
        var fund = new Argument<string>("fund") { Description = "The fund's id, as its aid records name it." };
        var uscc = new Option<string>("--uscc") { Description = "The organisation that keeps it.", Required = true };
        var amount = new Option<decimal?>("--amount") { Description = "What was given; nothing for a fund that is filled again." };
        var areas = new Option<string?>("--areas") { Description = "Division prefixes it may be used in, separated by commas." };
        var kinds = new Option<string?>("--kinds") { Description = "Kinds of need it may be used for, separated by commas." };
        var by = new Option<string>("--by") { Description = "Who says so.", Required = true };
        var tell = new Command("tell", "Enter a fund or an earmarked gift, or what is known of it now.") { fund, uscc, amount, areas, kinds, by };
        tell.SetVerb(async (services, parsed, answer, cancellationToken) =>
        {
            var gift = new Gift
            {
                FundId = parsed.GetValue(fund) ?? "",
                Uscc = parsed.GetValue(uscc) ?? "",
                Amount = parsed.GetValue(amount),
                Areas = Split(parsed.GetValue(areas)),
                Kinds = Split(parsed.GetValue(kinds)),
            };
            await services.GetRequiredService<AidDesk>().TellGift(gift, parsed.GetValue(by) ?? "", cancellationToken);
            answer.Write(gift, console => console.WriteLine("entered"));
            return 0;
        });
        return tell;
    }

    private static (Option<string> By, Option<string> Reason) ByAndReason() => (
        new Option<string>("--by") { Description = "Who says it.", Required = true },
        new Option<string>("--reason") { Description = "Why.", Required = true });

    private static string[] Split(string? list) => list?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    private static AidRef RefOf(string? text) => text?.Split(':', 2) switch
    {
        ["provincial", { Length: > 0 } id] => new AidRef(AidSide.Government, id),
        ["charity", { Length: > 0 } id] => new AidRef(AidSide.Charity, id),
        _ => throw new HubProblemException("usage", "A record is named provincial:ID or charity:ID.", "See hub aid suspects."),
    };
}
