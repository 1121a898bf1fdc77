using IntegrationHub.Bus;
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
        var database = context.GetRequiredService<HubDatabase>();
        var time = context.GetRequiredService<TimeProvider>();
        var filter = new FailureFilter(
            name, database, context.GetService<EndpointCatalogue>(), time,
            context.GetRequiredService<ILogger<FailureFilter>>());
        endpoint.PublishFaults = false; // nobody listens, and a fault carries the text of the exception over the bus
        endpoint.ConfigureError(error =>
        {
            error.UseFilter(new GenerateFaultFilter());
            error.UseFilter(filter);
            error.UseFilter(new ErrorTransportFilter());
        });
        endpoint.ConfigureDeadLetter(skipped =>
        {
            skipped.UseFilter(filter);
            skipped.UseFilter(new DeadLetterTransportFilter());
        });
        endpoint.UseFilter(new HoldFilter(name, database, time));
    }
}
