using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace IntegrationHub.Bus;

/// <summary>The bus, configured once. Doors hand in the consumers and what happens to a message that fails for good.</summary>
public static class BusServices
{
    public static IServiceCollection AddHubBus(
        this IServiceCollection services,
        IConfiguration configuration,
        Action<IBusRegistrationConfigurator> consumers,
        ConfigureEndpointsProviderCallback configureEndpoint)
    {
        var options = configuration.GetSection("Hub:Bus").Get<BusOptions>() ?? new BusOptions();
        services.AddOptions<BusOptions>().BindConfiguration("Hub:Bus").ValidateOnStart();
        services.AddSingleton<IValidateOptions<BusOptions>, BusOptionsValidator>();

        // Without this a host reports itself started before its queues are bound, and early messages are lost.
        services.AddOptions<MassTransitHostOptions>().Configure(host => host.WaitUntilStarted = true);
        services.AddMassTransit(bus =>
        {
            bus.DisableUsageTelemetry(); // on by default in 8.5; a government hub calls nobody
            consumers(bus);
            bus.AddConfigureEndpointsCallback((context, name, endpoint) =>
            {
                if (endpoint is IRabbitMqReceiveEndpointConfigurator rabbit)
                    rabbit.SetQuorumQueue(options.QuorumSize);
                // Two quick retries for a blink of the database; anything longer belongs to Failures, not to the broker.
                endpoint.UseMessageRetry(retry => retry.Intervals(100, 1_000));
                configureEndpoint(context, name, endpoint);
            });
            if (options.Transport == BusTransport.InMemory)
                bus.UsingInMemory((context, memory) => memory.ConfigureEndpoints(context));
            else
                bus.UsingRabbitMq((context, rabbit) => Configure(context, rabbit, options));
        });
        return services;
    }

    private static void Configure(
        IBusRegistrationContext context, IRabbitMqBusFactoryConfigurator rabbit, BusOptions options)
    {
        rabbit.Host(RabbitAddress(options));
        // One queue for all endpoints: it takes over an endpoint's arguments and those are all the same.
        rabbit.SendTopology.ErrorQueueNameFormatter = new BusQueues.SharedError();
        rabbit.SendTopology.DeadLetterQueueNameFormatter = new BusQueues.SharedSkipped();
        rabbit.ConfigureJsonSerializerOptions(json =>
        {
            json.WriteIndented = false;
            return json;
        });
        rabbit.ConfigureEndpoints(context);
    }

    // MassTransit wants its own scheme; the rest of the address is AMQP's.
    private static Uri RabbitAddress(BusOptions options) => options.Uri is { } uri
        ? new UriBuilder(uri) { Scheme = "rabbitmq" }.Uri
        : throw new InvalidOperationException("Hub:Bus:Uri is missing.");
}
