using Microsoft.Extensions.Options;

namespace Mocks.CharityFederation;

/// <summary>Registers the mock's parts, one line each.</summary>
internal static class FederationServices
{
    public static IServiceCollection AddFederation(this IServiceCollection services)
    {
        services.AddOptions<FederationOptions>().BindConfiguration("Federation").ValidateOnStart();
        services.AddSingleton<IValidateOptions<FederationOptions>, FederationOptionsValidator>();
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<Directory>();
        services.AddSingleton<AidBook>();
        services.AddSingleton<Identities>();
        services.AddSingleton<Inbox>();
        services.AddSingleton<Events>();
        services.AddSingleton<WebhookDesk>();
        services.AddSingleton<HubLink>();
        services.AddSingleton<Calendar>();
        services.AddSingleton<Faults>();
        services.AddSingleton<Tally>();
        services.AddSingleton<StateReport>();
        services.AddSingleton<Reactions>();
        services.AddSingleton<Notices>();
        services.AddSingleton<Answering>();
        services.AddSingleton<Claiming>();
        services.AddSingleton<Aiding>();
        services.AddSingleton<Reactor>();
        services.AddSingleton<CatchUp>();
        services.AddHttpClient<HubClient>(HubClient.Bound)
            .ConfigurePrimaryHttpMessageHandler(HubClient.CreateHandler)
            .RemoveAllLoggers();
        services.AddHostedService<ReactionWorkers>();
        services.AddHostedService<NoticeWorker>();
        return services;
    }
}
