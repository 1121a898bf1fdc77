using System.CommandLine;
using IntegrationHub.Adapters.Charity;
using IntegrationHub.Adapters.Provincial;
using IntegrationHub.Audit;
using IntegrationHub.Clock;
using IntegrationHub.Contracts;
using IntegrationHub.Database;
using IntegrationHub.Intake;
using IntegrationHub.Outbox;
using IntegrationHub.Pipeline;
using IntegrationHub.Pipeline.Rights;
using IntegrationHub.Policy;
using IntegrationHub.Protection;
using IntegrationHub.Schedules;
using IntegrationHub.Subscriptions;
using IntegrationHub.Telemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace IntegrationHub.Cli;

/// <summary>Runs a verb over the same station functions the other doors call, and turns every expected failure into a code.</summary>
internal static class Verb
{
    public static void SetVerb(
        this Command command, Func<IServiceProvider, ParseResult, Answer, CancellationToken, Task<int>> run) =>
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var answer = new Answer(parsed.GetValue(Answer.JsonOption));
            try
            {
                await using var services = Services();
                return await run(services, parsed, answer, cancellationToken);
            }
            catch (HubProblemException problem)
            {
                return answer.Refuse(problem.Code, problem.Message, problem.Next);
            }
            catch (DatabaseUnreachableException failure)
            {
                return answer.Refuse("database.unreachable", failure.Message, "Start PostgreSQL or correct Hub:Database:ConnectionString.");
            }
            catch (PostgresException failure) when (failure.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName)
            {
                return answer.Refuse("database.not_migrated", "The database has no schema of this version.", "Run `hub migrate`.");
            }
            catch (OptionsValidationException failure)
            {
                return answer.Refuse("configuration.invalid", failure.Message, "Set the named option, for example as an environment variable Hub__Section__Name.");
            }
            catch (OperationCanceledException)
            {
                return answer.Refuse("cancelled", "Stopped on request.", "What was committed stays; run the verb again to go on.");
            }
        });

    private static ServiceProvider Services()
    {
        var configuration = new ConfigurationBuilder()
            .AddEnvironmentVariables()
            .Build();
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(configuration);
        services.AddLogging(logging => logging
            .AddConfiguration(configuration.GetSection("Logging"))
            .SetMinimumLevel(LogLevel.Warning)
            .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace));
        services.AddClock().AddHubDatabase().AddProtection().AddAudit().AddPolicy().AddTelemetry().AddOutbox().AddHubMessages();
        services.AddIntake().AddPipeline().AddSubscriptions().AddReconciliation().AddRights().AddSchedules();
        services.AddProvincial(configuration).AddCharity();
        return services.BuildServiceProvider();
    }
}
