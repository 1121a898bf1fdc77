using IntegrationHub.Contracts.Messages;
using IntegrationHub.Database;
using IntegrationHub.Outbox;
using MassTransit;

namespace IntegrationHub.Pipeline;

/// <summary>
/// The bus end of a review: what changed about a person takes effect everywhere within seconds, not at the next night.
/// </summary>
public sealed class PersonReviewConsumer(HubDatabase database, PersonReview review) : IConsumer<PeopleChanged>
{
    /// <summary>The name on this consumer's tickets.</summary>
    public const string Consumer = "review-person";

    public async Task Consume(ConsumeContext<PeopleChanged> context)
    {
        var messageId = context.MessageId ?? throw new InvalidOperationException(
            "A message without an id is not ours.");
        await using var work = await database.Begin(context.CancellationToken);
        if (!await MessageOutbox.Claim(work, messageId, Consumer, context.CancellationToken))
            return;
        await review.Review(work, context.Message.PersonKeys, context.CancellationToken);
        await work.Commit(context.CancellationToken);
    }

    public sealed class Definition : ConsumerDefinition<PersonReviewConsumer>
    {
        public Definition()
        {
            EndpointName = "hub.review-person";
            ConcurrentMessageLimit = 4;
        }
    }
}
