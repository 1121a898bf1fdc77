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
        var command = new Command("verify", "Recompute the audit chain and prove every release; names the first row that does not fit.");
        command.SetVerb(async (services, _, answer, cancellationToken) =>
        {
            switch (await services.GetRequiredService<HubVerification>().Verify(cancellationToken))
            {
                case Verification.Proven proven:
                    answer.Write(proven, console => console.WriteLine($"ok: {proven.AuditEntries} audit entries, {proven.Releases} releases"));
                    return 0;
                case Verification.Broken broken:
                    return answer.Refuse(broken.Code, broken.Detail, broken.Next);
                default:
                    throw new InvalidOperationException("Unknown verification.");
            }
        });
        return command;
    }
}
