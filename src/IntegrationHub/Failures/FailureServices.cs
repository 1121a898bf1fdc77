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

    /// <summary>Takes over what the broker's error queues hold, where the process has a bus.</summary>
    public static IServiceCollection AddErrorQueueDrain(this IServiceCollection services)
    {
        services.AddSingleton<ErrorQueueDrain>();
        services.AddHostedService(provider => provider.GetRequiredService<ErrorQueueDrain>());
        return services;
    }
}
