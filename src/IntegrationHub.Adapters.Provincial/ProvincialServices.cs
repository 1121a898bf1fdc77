using IntegrationHub.Intake;
using IntegrationHub.Reconciliation;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace IntegrationHub.Adapters.Provincial;

public static class ProvincialServices
{
    public static IServiceCollection AddProvincial(this IServiceCollection services)
    {
        services.AddOptions<ProvincialOptions>().BindConfiguration("Hub:Provincial").ValidateOnStart();
        services.AddSingleton<IValidateOptions<ProvincialOptions>, ProvincialOptionsValidator>();
        services.AddSingleton(provider => new ProvincialClient(
            new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5), UseProxy = false })
            {
                Timeout = Timeout.InfiniteTimeSpan, // the pipeline times the whole operation, body included
            },
            provider.GetRequiredService<IOptions<ProvincialOptions>>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<ISnapshotFeed, ProvincialFeed>();
        services.AddSingleton<IPartnerBook, ProvincialBook>();
        return services;
    }

    /// <summary>The consumer that reports back, where the process has a bus.</summary>
    public static void AddProvincialConsumers(this IBusRegistrationConfigurator bus) =>
        bus.AddConsumer<ReportToProvinceConsumer, ReportToProvinceConsumer.Definition>();
}
