using IntegrationHub.Bus;
using IntegrationHub.Database;
using IntegrationHub.Failures;
using IntegrationHub.Protection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace IntegrationHub.Pipeline.Redrive;

public static class RedriveServices
{
    /// <summary>What people do with failures and re-drives, at any door.</summary>
    public static IServiceCollection AddRedrive(this IServiceCollection services) => services
        .AddFailures()
        .AddSingleton<RedriveVerdicts>()
        .AddSingleton<RedriveDriver>()
        .AddSingleton<RecordsAgain>()
        .AddSingleton(provider => new RedriveDesk(
            provider.GetRequiredService<HubDatabase>(), provider.GetRequiredService<RedriveDriver>(),
            provider.GetRequiredService<TimeProvider>()))
        .AddSingleton(provider => new EditDesk(
            provider.GetRequiredService<HubDatabase>(), provider.GetRequiredService<Keyring>(),
            provider.GetRequiredService<MessageCatalogue>(), provider.GetRequiredService<EndpointCatalogue>(),
            provider.GetRequiredService<TimeProvider>()));

    /// <summary>The worker that takes re-drives forward and looks after failures.</summary>
    public static IServiceCollection AddFailureCare(this IServiceCollection services)
    {
        services.AddOptions<FailureCareOptions>().BindConfiguration("Hub:Failures").ValidateOnStart();
        services.AddSingleton<IValidateOptions<FailureCareOptions>, FailureCareOptionsValidator>();
        services.AddHostedService<FailureCare>();
        return services.AddErrorQueueDrain();
    }
}
