using IntegrationHub.Bus;
using IntegrationHub.Contracts.Messages;
using Microsoft.Extensions.DependencyInjection;

namespace IntegrationHub.Pipeline;

/// <summary>
/// Every message the hub sends itself and who consumes it, the same for all doors: a door that sends without consuming
/// must still write a ticket for each consumer.
/// </summary>
public static class HubMessages
{
    public static IServiceCollection AddHubMessages(this IServiceCollection services)
    {
        services.AddSingleton(new MessageKind("process-chunk:v1", typeof(ProcessChunk), ["pipeline"]));
        services.AddSingleton(new MessageKind("link-people:v1", typeof(LinkPeople), [LinkPeopleConsumer.Consumer]));
        services.AddSingleton(new MessageKind("route-needs:v1", typeof(RouteNeeds), ["routing"]));
        services.AddSingleton(
            new MessageKind("people-changed:v1", typeof(PeopleChanged), [PersonReviewConsumer.Consumer, AidReviewConsumer.Consumer]));
        services.AddSingleton(new MessageKind("aid-resent:v1", typeof(AidResent), ["resend-provincial"]));
        services.AddSingleton(new MessageKind("book-reread:v1", typeof(BookReread), [RereadBookConsumer.Consumer]));
        services.AddSingleton(new MessageKind("aid-changed:v1", typeof(AidChanged), [AidReviewConsumer.Consumer]));
        services.AddSingleton(
            new MessageKind("events-recorded:v1", typeof(EventsRecorded), ["fan-out", "report-provincial"]));
        services.AddSingleton<MessageCatalogue>();
        return services;
    }
}
