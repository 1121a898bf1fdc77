using IntegrationHub.Contracts.Messages;
using IntegrationHub.Database;
using IntegrationHub.Intake;
using IntegrationHub.Outbox;
using MassTransit;

namespace IntegrationHub.Pipeline;

/// <summary>
/// Makes the next sync read a partner's book from its beginning: the way to ask a partner that is pulled to send again.
/// What is known already has no second effect.
/// </summary>
public sealed class RereadBookConsumer(HubDatabase database) : IConsumer<BookReread>
{
    /// <summary>The name on this consumer's tickets.</summary>
    public const string Consumer = "reread-book";

    public async Task Consume(ConsumeContext<BookReread> context)
    {
        var messageId = context.MessageId ?? throw new InvalidOperationException("A message without an id is not ours.");
        await using var work = await database.Begin(context.CancellationToken);
        if (!await MessageOutbox.Claim(work, messageId, Consumer, context.CancellationToken))
            return;
        await RecordIntake.Rewind(work, context.Message.Source, "AID", context.CancellationToken);
        await work.Commit(context.CancellationToken);
    }

    public sealed class Definition : ConsumerDefinition<RereadBookConsumer>
    {
        public Definition() => EndpointName = "hub.reread-book";
    }
}
