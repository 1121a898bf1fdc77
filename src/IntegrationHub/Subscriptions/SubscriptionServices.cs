using System.Net;
using IntegrationHub.Database;
using IntegrationHub.Protection;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace IntegrationHub.Subscriptions;

public static class SubscriptionServices
{
    /// <summary>Who may call and be called; for every door.</summary>
    public static IServiceCollection AddSubscriptions(this IServiceCollection services)
    {
        services.AddOptions<SubscriptionOptions>().BindConfiguration("Hub:Subscriptions")
            .Validate(
                options => options.AreAllowedTargetsPlain,
                "Hub:Subscriptions:AllowedTargets are http or https addresses without user, query or fragment.")
            .Validate(
                options => options.IsLeaseLongEnough,
                "Hub:Subscriptions:Lease must be longer than BatchTime and RequestTimeout together.")
            .ValidateOnStart();
        services.AddSingleton<IValidateOptions<SubscriptionOptions>, SubscriptionOptionsValidator>();
        services.TryAddSingleton<HostResolver>(_ => Dns.GetHostAddressesAsync);
        services.AddSingleton<WebhookTargets>();
        services.AddSingleton<SubscriptionService>();
        services.AddSingleton<SubscriptionMoves>();
        services.AddSingleton(provider => new SubscriptionDesk(
            provider.GetRequiredService<HubDatabase>(), provider.GetRequiredService<SubscriptionService>(),
            provider.GetRequiredService<SubscriptionMoves>(), provider.GetRequiredService<WebhookTargets>(),
            provider.GetRequiredService<Keyring>(), provider.GetRequiredService<TimeProvider>()));
        return services;
    }

    /// <summary>Sends the webhooks; for the door that has the right to call out.</summary>
    public static IServiceCollection AddWebhookSender(this IServiceCollection services)
    {
        services.AddSingleton<WebhookClient>();
        services.AddSingleton<DeliveryTurns>();
        services.AddSingleton<Handshakes>();
        services.AddSingleton<IDeliveryWay, WebhookWay>();
        services.AddHostedService<WebhookSender>();
        return services;
    }

    public static void AddSubscriptionConsumers(this IBusRegistrationConfigurator bus) =>
        bus.AddConsumer<EventFanOutConsumer, EventFanOutConsumer.Definition>();
}
