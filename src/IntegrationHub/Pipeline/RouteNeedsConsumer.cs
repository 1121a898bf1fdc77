using IntegrationHub.Contracts.Messages;
using IntegrationHub.Database;
using IntegrationHub.Outbox;
using MassTransit;

namespace IntegrationHub.Pipeline;

/// <summary>The bus end of routing: one page at a time, so that a page never competes with its own successor.</summary>
public sealed class RouteNeedsConsumer(HubDatabase database, NeedRouting routing) : IConsumer<RouteNeeds>
{
    /// <summary>The name on this consumer's tickets.</summary>
    public const string Consumer = "routing";

    public async Task Consume(ConsumeContext<RouteNeeds> context)
    {
        var messageId = context.MessageId ?? throw new InvalidOperationException(
            "A message without an id is not ours.");
        await using var work = await database.Begin(context.CancellationToken);
        if (!await MessageOutbox.Claim(work, messageId, Consumer, context.CancellationToken))
            return;
        await routing.Route(work, context.Message, context.CancellationToken);
        await work.Commit(context.CancellationToken);
    }

    public sealed class Definition : ConsumerDefinition<RouteNeedsConsumer>
    {
        public Definition()
        {
            EndpointName = "hub.route-needs";
            ConcurrentMessageLimit = 1;
        }
    }
}
