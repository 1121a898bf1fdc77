using System.CommandLine;
using IntegrationHub.Clock;
using IntegrationHub.Database;
using IntegrationHub.Protection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Spectre.Console;

namespace IntegrationHub.Cli.Verbs;

/// <summary><c>hub migrate</c>: brings the database to this version.</summary>
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
            answer.Write(
                new { applied = added },
                console => console.WriteLine(added.Count == 0 ? "Nothing to do." : $"Applied {string.Join(", ", added)}."));
            return 0;
        });
        return command;
    }
}
