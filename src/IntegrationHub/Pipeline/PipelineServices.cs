using IntegrationHub.Disclosure;
using IntegrationHub.Identity;
using IntegrationHub.Intake;
using IntegrationHub.Pipeline.Redrive;
using IntegrationHub.Pipeline.Rights;
using IntegrationHub.Referrals;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace IntegrationHub.Pipeline;

public static class PipelineServices
{
    /// <summary>The ways through the stations: chunks in, needs routed, answers and claims; and the stations they go through.</summary>
    public static IServiceCollection AddPipeline(this IServiceCollection services)
    {
        services.AddSingleton<IdentityStation>();
        services.AddSingleton<IdentityLinkage>();
        services.AddSingleton<ReviewDesk>();
        services.AddSingleton<ChunkPipeline>();
        services.AddSingleton<IErasureGate, ErasureGate>();
        return services.AddReferrals().AddDisclosure().AddReferralPipeline().AddRedrive();
    }

    /// <summary>The consumers of landed chunks, of needs to route and of people to review, where the process has a bus.</summary>
    public static void AddPipelineConsumers(this IBusRegistrationConfigurator bus)
    {
        bus.AddConsumer<ProcessChunkConsumer, ProcessChunkConsumer.Definition>();
        bus.AddConsumer<LinkPeopleConsumer, LinkPeopleConsumer.Definition>();
        bus.AddConsumer<RouteNeedsConsumer, RouteNeedsConsumer.Definition>();
        bus.AddConsumer<PersonReviewConsumer, PersonReviewConsumer.Definition>();
        bus.AddConsumer<RedriveRecordsConsumer, RedriveRecordsConsumer.Definition>();
        bus.AddConsumer<AidReviewConsumer, AidReviewConsumer.Definition>();
        bus.AddConsumer<RereadBookConsumer, RereadBookConsumer.Definition>();
    }
}
