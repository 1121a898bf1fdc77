using IntegrationHub.Contracts.Messages;
using IntegrationHub.Database;
using IntegrationHub.Outbox;
using MassTransit;

namespace IntegrationHub.Pipeline;

/// <summary>The bus end of the judgement of aid: after aid changed, and after people were merged or told apart.</summary>
public sealed class AidReviewConsumer(HubDatabase database, AidReview review) : IConsumer<AidChanged>, IConsumer<PeopleChanged>
{
    /// <summary>The name on this consumer's tickets.</summary>
    public const string Consumer = "review-aid";

    public Task Consume(ConsumeContext<AidChanged> context) =>
        Review(context.MessageId, context.Message.PersonKeys, context.Message.AidIds, context.CancellationToken);

    public Task Consume(ConsumeContext<PeopleChanged> context) =>
        Review(context.MessageId, context.Message.PersonKeys, [], context.CancellationToken);

    private async Task Review(Guid? id, IReadOnlyList<Guid> people, IReadOnlyList<string> aidIds, CancellationToken cancellationToken)
    {
        var messageId = id ?? throw new InvalidOperationException("A message without an id is not ours.");
        await using var work = await database.Begin(cancellationToken);
        if (!await MessageOutbox.Claim(work, messageId, Consumer, cancellationToken))
            return;
        await review.Review(work, people, aidIds, cancellationToken);
        await work.Commit(cancellationToken);
    }

    public sealed class Definition : ConsumerDefinition<AidReviewConsumer>
    {
        public Definition()
        {
            EndpointName = "hub.review-aid";
            ConcurrentMessageLimit = 4;
        }
    }
}
