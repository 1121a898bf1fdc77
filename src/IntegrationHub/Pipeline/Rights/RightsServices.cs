using Microsoft.Extensions.DependencyInjection;

namespace IntegrationHub.Pipeline.Rights;

public static class RightsServices
{
    /// <summary>What the hub answers to the person and to those who watch over it.</summary>
    public static IServiceCollection AddRights(this IServiceCollection services) => services
        .AddSingleton<PersonFinder>()
        .AddSingleton<StatementDesk>()
        .AddSingleton<StatementPage>()
        .AddSingleton<LegalHolds>()
        .AddSingleton<ErasureStores>()
        .AddSingleton<ErasureDesk>()
        .AddSingleton<RetentionRun>()
        .AddSingleton<IncidentDesk>();
}
