using IntegrationHub.Intake;
using IntegrationHub.Protection;
using IntegrationHub.Reconciliation;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace IntegrationHub.Adapters.Charity;

public static class CharityServices
{
    public static IServiceCollection AddCharity(this IServiceCollection services)
    {
        services.AddOptions<CharityOptions>().BindConfiguration("Hub:Charity").ValidateOnStart();
        services.AddSingleton<IValidateOptions<CharityOptions>, CharityOptionsValidator>();
        services.AddSingleton(provider => new CharityClient(
            new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5), UseProxy = false })
            {
                Timeout = Timeout.InfiniteTimeSpan, // the pipeline times the whole operation, body included
            },
            provider.GetRequiredService<IOptions<CharityOptions>>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IRecordFeed>(provider => new CharityFeed(
            provider.GetRequiredService<CharityClient>(),
            provider.GetRequiredService<Keyring>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IPartnerBook>(provider => new CharityBook(
            provider.GetRequiredService<CharityClient>(),
            new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5), UseProxy = false })
            {
                Timeout = Timeout.InfiniteTimeSpan, // as above
                MaxResponseContentBufferSize = 1024 * 1024,
            },
            provider.GetRequiredService<IOptions<CharityOptions>>(),
            provider.GetRequiredService<TimeProvider>()));
        return services;
    }
}
