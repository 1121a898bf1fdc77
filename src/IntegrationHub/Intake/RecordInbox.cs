using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Contracts.Messages;
using IntegrationHub.Database;
using IntegrationHub.Outbox;
using IntegrationHub.Protection;

namespace IntegrationHub.Intake;

/// <summary>
/// Lands records that did not come in a file: pushed by a partner, or a page of its API. They take the same way as a
/// file's rows from here on. The caller owns the transaction.
/// </summary>
public sealed class RecordInbox(MessageOutbox outbox, Keyring keyring, TimeProvider time)
{
    /// <summary>Lands them as one chunk. With a run, the run waits for it.</summary>
    public async Task Land(
        HubTransaction work, Guid? runId, int? fileId, IReadOnlyList<CanonicalRecord> records, CancellationToken cancellationToken)
    {
        if (records.Count == 0)
            return;
        var now = time.GetUtcNow();
        var chunkId = Guid.CreateVersion7();
        await ChunkStore.Add(work, keyring, new NewChunk(chunkId, runId, fileId, 0, records, AllNew: false), now, cancellationToken);
        if (runId is { } run)
            await RunStore.ChunkLanded(work, run, now, cancellationToken);
        await outbox.Send(work, new ProcessChunk { ChunkId = chunkId }, cancellationToken);
    }
}
