using MassTransit;

namespace IntegrationHub.Pipeline.Redrive;

/// <summary>The bus end of records that are taken through the stations again.</summary>
internal sealed class RedriveRecordsConsumer(RecordsAgain records) : IConsumer<RedriveRecords>
{
    public Task Consume(ConsumeContext<RedriveRecords> context)
    {
        var messageId = context.MessageId ?? throw new InvalidOperationException("A message without an id is not ours.");
        return records.Take(messageId, context.Message.FailureIds, context.CancellationToken);
    }

    public sealed class Definition : ConsumerDefinition<RedriveRecordsConsumer>
    {
        public const string Queue = "hub.redrive-records";

        public Definition()
        {
            EndpointName = Queue;
            ConcurrentMessageLimit = 1;
        }
    }
}
