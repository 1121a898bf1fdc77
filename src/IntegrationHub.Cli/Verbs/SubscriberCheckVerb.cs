using System.CommandLine;
using IntegrationHub.Subscriptions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Spectre.Console;

namespace IntegrationHub.Cli.Verbs;

/// <summary><c>hub subscriber-check URL</c>: plays the hub to a charity's receiver. Needs no database.</summary>
internal static class SubscriberCheckVerb
{
    public static Command Create()
    {
        var url = new Argument<Uri>("url") { Description = "Where the receiver listens; on this machine if you like." };
        var secret = new Option<string>("--secret") { Description = "The secret the receiver verifies with (whsec_…).", Required = true };
        var command = new Command("subscriber-check", "Send a receiver good, repeated, reordered, expired and forged deliveries.") { url, secret };
        command.SetVerb(async (services, parsed, answer, cancellationToken) =>
        {
            var receiver = parsed.GetRequiredValue(url);
            if (!receiver.IsAbsoluteUri || SubscriberCheck.ReadSecret(parsed.GetRequiredValue(secret)) is not { } key)
                return answer.Refuse("request.invalid", "The address is absolute and the secret as it was shown.", "Give both as they were given to you.");

            var origin = services.GetRequiredService<IOptions<SubscriptionOptions>>().Value.Origin;
            using var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
            using var http = new HttpClient(handler);
            var findings = new List<SubscriberFinding>();
            await foreach (var finding in new SubscriberCheck(http, receiver, key, origin, TimeProvider.System).Run(cancellationToken))
                findings.Add(finding);

            var passed = findings.Count(finding => finding.Passed);
            answer.Write(new { passed, of = findings.Count, slowestMs = findings.Max(finding => finding.TookMs), findings }, console =>
            {
                var table = Answer.TableOf("", "check", "wanted", "saw", "ms");
                foreach (var finding in findings)
                    table.AddRow(finding.Passed ? "ok" : "FAIL", finding.Check, Markup.Escape(finding.Wanted), Markup.Escape(finding.Saw), $"{finding.TookMs}");
                console.Write(table);
                console.WriteLine($"{passed} of {findings.Count} passed");
            });
            return passed == findings.Count ? 0 : 1;
        });
        return command;
    }
}
