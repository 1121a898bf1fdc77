using IntegrationHub.Contracts.Messages;
using IntegrationHub.Database;
using IntegrationHub.Outbox;
using MassTransit;

namespace IntegrationHub.Subscriptions;

/// <summary>Writes the deliveries of an envelope of events; sending them is another matter.</summary>
internal sealed class EventFanOutConsumer(HubDatabase database, TimeProvider time) : IConsumer<EventsRecorded>
{
    internal const string Name = "fan-out";

    public async Task Consume(ConsumeContext<EventsRecorded> context)
    {
        var messageId = context.MessageId ?? throw new InvalidOperationException("Not our message: it has no id.");
        await using var work = await database.Begin(context.CancellationToken);
        if (!await MessageOutbox.Claim(work, messageId, Name, context.CancellationToken))
            return;
        await FanOut.Add(work, context.Message.Events, time.GetUtcNow(), context.CancellationToken);
        await work.Commit(context.CancellationToken);
    }

    internal sealed class Definition : ConsumerDefinition<EventFanOutConsumer>
    {
        public Definition()
        {
            EndpointName = "hub.fan-out";
            ConcurrentMessageLimit = 4;
        }
    }
}
