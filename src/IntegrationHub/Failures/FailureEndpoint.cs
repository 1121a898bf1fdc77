using IntegrationHub.Database;
using MassTransit;
using MassTransit.Middleware;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace IntegrationHub.Failures;

/// <summary>What every endpoint does with a message that failed for good. The doors hand it to the bus.</summary>
public static class FailureEndpoint
{
    /// <summary>Has the shape of MassTransit's <see cref="ConfigureEndpointsProviderCallback"/>.</summary>
    public static void Configure(
        IRegistrationContext context, string name, IReceiveEndpointConfigurator endpoint)
    {
        var filter = new FailureFilter(
            name,
            context.GetRequiredService<HubDatabase>(),
            context.GetRequiredService<TimeProvider>(),
            context.GetRequiredService<ILogger<FailureFilter>>());
        endpoint.PublishFaults = false; // nobody listens, and a fault carries the text of the exception over the bus
        endpoint.ConfigureError(error =>
        {
            error.UseFilter(new GenerateFaultFilter());
            error.UseFilter(filter);
            error.UseFilter(new ErrorTransportFilter());
        });
    }
}
