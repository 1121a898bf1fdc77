using System.CommandLine;
using IntegrationHub.Pipeline;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;

namespace IntegrationHub.Cli.Verbs;

/// <summary><c>hub verify</c>: the audit chain is whole, and every release is proven from the consent ledger.</summary>
internal static class VerifyVerb
{
    public static Command Create()
    {
        var since = new Option<DateOnly?>("--since") { Description = "Begin with this day, at the signed root of the day before." };
        var against = new Option<string?>("--against") { Description = "An exported root, or a folder of them, that the database must still agree with." };
        var command = new Command("verify", "Recompute the audit chain and prove every release; names the first row that does not fit.")
        {
            since, against,
        };
        command.SetVerb(async (services, parsed, answer, cancellationToken) =>
        {
            var order = new VerifyOrder { Since = parsed.GetValue(since), Against = parsed.GetValue(against) };
            var verification = services.GetRequiredService<HubVerification>();
            switch (await Watched.Run(answer, progress => verification.Verify(order, progress, cancellationToken)))
            {
                case Verification.Proven proven:
                    answer.Write(proven, console => Show(console, proven));
                    return 0;
                case Verification.Broken broken:
                    return answer.Refuse(broken.Code, broken.Detail, broken.Next);
                default:
                    throw new InvalidOperationException("Unknown verification.");
            }
        });
        return command;
    }

    private static void Show(IAnsiConsole console, Verification.Proven proven)
    {
        console.WriteLine($"ok: {proven.AuditEntries} audit entries, {proven.Releases} releases, {proven.Decisions} decisions, {proven.Roots} daily roots");
        if (proven.DecisionsWithoutFacts > 0)
            console.WriteLine($"{proven.DecisionsWithoutFacts} decisions kept no facts");
        if (proven.DaysWithoutRoot.Count > 0)
            console.WriteLine($"waiting for their root: {string.Join(' ', proven.DaysWithoutRoot.Select(day => $"{day:yyyy-MM-dd}"))}");
    }
}
