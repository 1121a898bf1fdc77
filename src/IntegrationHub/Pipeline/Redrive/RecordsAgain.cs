using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Database;
using IntegrationHub.Failures;
using IntegrationHub.Outbox;

namespace IntegrationHub.Pipeline.Redrive;

/// <summary>
/// Takes single records that failed alone through the stations again: their effects, the closing of their failures and the
/// filing of those that fail again are one transaction.
/// </summary>
internal sealed class RecordsAgain(HubDatabase database, ChunkPipeline pipeline, RedriveVerdicts verdicts, TimeProvider time)
{
    /// <summary>The name on this consumer's tickets.</summary>
    public const string Consumer = "redrive-records";

    private const string By = "hub";

    public async Task Take(Guid messageId, IReadOnlyList<long> failureIds, CancellationToken cancellationToken)
    {
        await using var work = await database.Begin(cancellationToken);
        if (!await MessageOutbox.Claim(work, messageId, Consumer, cancellationToken))
            return;
        var failed = (await FailureReading.Bodies(work, failureIds, cancellationToken))
            .Where(one => one is { State: FailureState.Open, SentAt: not null, IsRecord: true })
            .ToList();
        var names = new Dictionary<CanonicalRecord, Guid>(ReferenceEqualityComparer.Instance);
        var sentAs = new Dictionary<Guid, long>();
        foreach (var one in failed)
        {
            if (verdicts.ReadRecord(one.Body) is not { } record)
                continue;
            names[record] = one.MessageId;
            sentAs[one.MessageId] = one.FailureId;
        }

        var failedAgain = await pipeline.ProcessAgain(work, names, cancellationToken);
        long[] done = [.. sentAs.Where(one => !failedAgain.Contains(one.Key)).Select(one => one.Value)];
        await FailureStore.Close(work, done, FailureState.Resolved, By, "re-driven", time.GetUtcNow(), cancellationToken);
        await work.Commit(cancellationToken);
    }
}
