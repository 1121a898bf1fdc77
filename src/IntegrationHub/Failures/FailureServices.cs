using Microsoft.Extensions.DependencyInjection;

namespace IntegrationHub.Failures;

public static class FailureServices
{
    /// <summary>What people do with failures, at any door.</summary>
    public static IServiceCollection AddFailures(this IServiceCollection services)
    {
        services.AddOptions<AccessOptions>().BindConfiguration("Hub:Access");
        services.AddSingleton<Administrators>();
        services.AddSingleton<FailureDesk>();
        return services;
    }
}
