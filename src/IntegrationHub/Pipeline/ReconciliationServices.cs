using IntegrationHub.Schedules;
using Microsoft.Extensions.DependencyInjection;

namespace IntegrationHub.Pipeline;

public static class ReconciliationServices
{
    /// <summary>The reconciliation of a night, its trigger, and the verification; adapters bring the partners' books.</summary>
    public static IServiceCollection AddReconciliation(this IServiceCollection services) => services
        .AddSingleton<NightReconciliation>()
        .AddSingleton<HubVerification>()
        .AddSingleton<ReconcileJob>();
}
