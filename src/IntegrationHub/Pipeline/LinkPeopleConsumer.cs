using IntegrationHub.Contracts.Messages;
using IntegrationHub.Database;
using IntegrationHub.Identity;
using IntegrationHub.Outbox;
using MassTransit;

namespace IntegrationHub.Pipeline;

/// <summary>The bus end of the linkage: when all of a run is in, find who is who, and only then route needs.</summary>
public sealed class LinkPeopleConsumer(HubDatabase database, IdentityLinkage linkage, MessageOutbox outbox)
    : IConsumer<LinkPeople>
{
    /// <summary>The name on this consumer's tickets.</summary>
    public const string Consumer = "linkage";

    public async Task Consume(ConsumeContext<LinkPeople> context)
    {
        var messageId = context.MessageId ?? throw new InvalidOperationException(
            "A message without an id is not ours.");
        await using var work = await database.Begin(context.CancellationToken);
        if (!await MessageOutbox.Claim(work, messageId, Consumer, context.CancellationToken))
            return;
        await outbox.Send(work, new RouteNeeds { RunId = context.Message.RunId }, context.CancellationToken);
        await linkage.Run(work, context.CancellationToken);
        await work.Commit(context.CancellationToken);
    }

    public sealed class Definition : ConsumerDefinition<LinkPeopleConsumer>
    {
        public Definition()
        {
            EndpointName = "hub.link-people";
            ConcurrentMessageLimit = 1;
        }
    }
}
