using IntegrationHub.Contracts;
using IntegrationHub.Intake;
using IntegrationHub.Policy;
using IntegrationHub.Reconciliation;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace IntegrationHub.Adapters.Provincial;

public static class ProvincialServices
{
    /// <summary>The first province, and those listed under <c>Hub:Provinces</c>.</summary>
    public static IServiceCollection AddProvincial(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<ProvincialOptions>().BindConfiguration("Hub:Provincial").ValidateOnStart();
        services.AddSingleton<IValidateOptions<ProvincialOptions>, ProvincialOptionsValidator>();
        services.AddSingleton(provider => Client(provider, provider.GetRequiredService<IOptions<ProvincialOptions>>()));
        services.AddSingleton<ISnapshotFeed>(provider => Feed(
            provider, provider.GetRequiredService<ProvincialClient>(), provider.GetRequiredService<IOptions<ProvincialOptions>>().Value));
        foreach (var section in configuration.GetSection("Hub:Provinces").GetChildren())
        {
            var key = section.Key;
            services.AddSingleton<ISnapshotFeed>(provider =>
            {
                var options = Further(provider.GetRequiredService<IConfiguration>().GetSection($"Hub:Provinces:{key}"));
                return Feed(provider, Client(provider, Options.Create(options)), options);
            });
        }

        services.AddSingleton<IPartnerBook, ProvincialBook>();
        return services;
    }

    /// <summary>The codes of the provinces beyond the first.</summary>
    public static IEnumerable<string> FurtherSources(IConfiguration configuration) =>
        configuration.GetSection("Hub:Provinces").GetChildren().Select(section => section["Source"]).OfType<string>();

    private static ProvincialOptions Further(IConfigurationSection section)
    {
        var options = section.Get<ProvincialOptions>() ?? new ProvincialOptions();
        if (options.DropFolder.Length == 0 || section["Source"] is null)
        {
            throw new HubProblemException(
                "configuration.invalid", $"{section.Path} names no Source or no DropFolder.", "Set both; Layouts names the folder of its layouts.");
        }

        return options;
    }

    private static ProvincialFeed Feed(IServiceProvider provider, ProvincialClient client, ProvincialOptions options) => new(
        client, provider.GetRequiredService<ContractsFolder>(), provider.GetRequiredService<ProblemTexts>(), options);

    private static ProvincialClient Client(IServiceProvider provider, IOptions<ProvincialOptions> options) => new(
        new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5), UseProxy = false })
        {
            Timeout = Timeout.InfiniteTimeSpan, // the pipeline times the whole operation, body included
        },
        options,
        provider.GetRequiredService<TimeProvider>());

    /// <summary>The consumer that reports back, where the process has a bus.</summary>
    public static void AddProvincialConsumers(this IBusRegistrationConfigurator bus)
    {
        bus.AddConsumer<ReportToProvinceConsumer, ReportToProvinceConsumer.Definition>();
        bus.AddConsumer<ResendAidConsumer, ResendAidConsumer.Definition>();
    }
}
