using IntegrationHub.Bus;
using IntegrationHub.Contracts.Messages;
using IntegrationHub.Pipeline.Redrive;
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
        services.AddSingleton(
            new MessageKind("redrive-records:v1", typeof(RedriveRecords), [RecordsAgain.Consumer]));
        services.AddSingleton<MessageCatalogue>();

        // Where each consumer takes its message from: what failed there goes there again, and to nobody else.
        services.AddSingleton(new ConsumerEndpoint("hub.process-chunk", "pipeline", "process-chunk:v1"));
        services.AddSingleton(new ConsumerEndpoint("hub.link-people", LinkPeopleConsumer.Consumer, "link-people:v1"));
        services.AddSingleton(new ConsumerEndpoint("hub.route-needs", RouteNeedsConsumer.Consumer, "route-needs:v1"));
        services.AddSingleton(new ConsumerEndpoint("hub.review-person", PersonReviewConsumer.Consumer, "people-changed:v1"));
        services.AddSingleton(new ConsumerEndpoint("hub.review-aid", AidReviewConsumer.Consumer, "aid-changed:v1")
        {
            MoreTopics = ["people-changed:v1"],
        });
        services.AddSingleton(new ConsumerEndpoint("hub.reread-book", RereadBookConsumer.Consumer, "book-reread:v1"));
        services.AddSingleton(new ConsumerEndpoint("hub.resend-provincial", "resend-provincial", "aid-resent:v1", "provincial"));
        services.AddSingleton(new ConsumerEndpoint("hub.fan-out", "fan-out", "events-recorded:v1"));
        services.AddSingleton(
            new ConsumerEndpoint("hub.report-provincial", "report-provincial", "events-recorded:v1", "provincial"));
        services.AddSingleton(new ConsumerEndpoint(
            RedriveRecordsConsumer.Definition.Queue, RecordsAgain.Consumer, "redrive-records:v1"));
        services.AddSingleton<EndpointCatalogue>();
        return services;
    }
}
