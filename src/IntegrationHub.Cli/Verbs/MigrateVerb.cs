using System.CommandLine;
using IntegrationHub.Clock;
using IntegrationHub.Database;
using IntegrationHub.Policy;
using IntegrationHub.Protection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Spectre.Console;

namespace IntegrationHub.Cli.Verbs;

/// <summary><c>hub migrate</c>: brings the database to this version and publishes the rules that come with it.</summary>
internal static class MigrateVerb
{
    public static Command Create()
    {
        var command = new Command("migrate", "Bring the database to this version; safe to run again.");
        command.SetVerb(async (services, _, answer, cancellationToken) =>
        {
            if (services.GetRequiredService<TimeProvider>() is TrialClock)
                ProtectionServices.CreateForTrial(services.GetRequiredService<IOptions<ProtectionOptions>>().Value.MasterKeyFile);
            var added = await services.GetRequiredService<Migrator>().Migrate(cancellationToken);
            var packs = await services.GetRequiredService<PolicyDesk>()
                .Install(services.GetRequiredService<ContractsFolder>().Path, cancellationToken);
            answer.Write(
                new { applied = added, policies = packs },
                console => console.WriteLine(added.Count + packs.Count == 0
                    ? "Nothing to do."
                    : $"Applied {string.Join(", ", added.Concat(packs.Select(version => $"policy {version}")))}."));
            return 0;
        });
        return command;
    }
}
