using IntegrationHub.Policy;
using Microsoft.Extensions.DependencyInjection;

namespace IntegrationHub.Referrals;

public static class ReferralServices
{
    public static IServiceCollection AddReferrals(this IServiceCollection services) =>
        services.AddSingleton(provider => WorkingDays.Load(provider.GetRequiredService<ContractsFolder>().Path));
}
