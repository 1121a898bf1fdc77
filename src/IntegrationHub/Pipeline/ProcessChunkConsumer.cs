using IntegrationHub.Contracts.Messages;
using MassTransit;
using Microsoft.Extensions.Logging;

namespace IntegrationHub.Pipeline;

/// <summary>The bus end of the pipeline. It knows messages; the pipeline knows people.</summary>
public sealed partial class ProcessChunkConsumer(ChunkPipeline pipeline, ILogger<ProcessChunkConsumer> logger)
    : IConsumer<ProcessChunk>
{
    public async Task Consume(ConsumeContext<ProcessChunk> context)
    {
        var messageId = context.MessageId ?? throw new InvalidOperationException("A message without an id is not ours.");
        if (!await pipeline.Process(messageId, context.Message.ChunkId, context.CancellationToken))
            LogAlreadyProcessed(context.Message.ChunkId);
    }

    [LoggerMessage(LogLevel.Debug, "Chunk {ChunkId} was processed before; nothing to do.")]
    private partial void LogAlreadyProcessed(Guid chunkId);

    public sealed class Definition : ConsumerDefinition<ProcessChunkConsumer>
    {
        public Definition()
        {
            EndpointName = "hub.process-chunk";
            ConcurrentMessageLimit = 2;
        }
    }
}
