using IntegrationHub.Identity;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace IntegrationHub.Pipeline;

public static class PipelineServices
{
    public static IServiceCollection AddPipeline(this IServiceCollection services)
    {
        services.AddSingleton<IdentityStation>();
        services.AddSingleton<ChunkPipeline>();
        return services;
    }

    /// <summary>The consumer of landed chunks, where the process has a bus.</summary>
    public static void AddPipelineConsumers(this IBusRegistrationConfigurator bus) =>
        bus.AddConsumer<ProcessChunkConsumer, ProcessChunkConsumer.Definition>();
}
