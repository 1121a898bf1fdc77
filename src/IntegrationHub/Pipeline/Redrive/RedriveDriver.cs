using System.Text;
using System.Text.Json;
using IntegrationHub.Audit;
using IntegrationHub.Bus;
using IntegrationHub.Database;
using IntegrationHub.Failures;
using IntegrationHub.Outbox;
using IntegrationHub.Telemetry;

namespace IntegrationHub.Pipeline.Redrive;

/// <summary>
/// Takes re-drives forward, one short transaction a step: settle what has ended, then send, wait or go to another state as
/// <see cref="RedriveRules"/> says. All it knows stands in the database, so a process that dies in between is gone on with
/// by any other, and several drivers do no harm.
/// </summary>
internal sealed class RedriveDriver(
    HubDatabase database, MessageOutbox outbox, RedriveVerdicts verdicts, EndpointCatalogue endpoints,
    MessageCatalogue catalogue, HubMetrics metrics, TimeProvider time)
{
    private const int RecordsInOne = 200;
    private const string Actor = "hub";

    /// <summary>Operations with something to do.</summary>
    public async Task<List<Guid>> Drivable(CancellationToken cancellationToken)
    {
        await using var work = await database.Begin(cancellationToken);
        return await RedriveStore.Drivable(work, cancellationToken);
    }

    /// <summary>One step of one operation. True when it got on, so that another step is worth trying at once.</summary>
    public async Task<bool> Step(Guid operationId, CancellationToken cancellationToken)
    {
        await using var work = await database.Begin(cancellationToken);
        if (await RedriveStore.TakeDrivable(work, operationId, cancellationToken) is not { } before)
            return false;
        var settled = await Settle(work, before, cancellationToken);
        var after = await Act(work, settled, cancellationToken);
        if (after == before)
            return false;
        await RedriveStore.Save(work, after, time.GetUtcNow(), cancellationToken);
        if (after.State != before.State)
            await Note(work, after, cancellationToken);
        await work.Commit(cancellationToken);
        Count(before.Counts, after.Counts);
        return true;
    }

    private async Task<RedriveOperation> Settle(HubTransaction work, RedriveOperation operation, CancellationToken cancellationToken)
    {
        if (operation.Counts.Sent == 0)
            return operation;
        var sent = await RedriveStore.Sent(work, operation.OperationId, cancellationToken);
        var applied = await AppliedOf(work, operation, sent, cancellationToken);
        var settled = sent
            .Select(item => OutcomeOf(item, applied))
            .OfType<Settlement>()
            .ToList();
        if (settled.Count == 0)
            return operation;
        await RedriveStore.Settle(work, operation.OperationId, settled, time.GetUtcNow(), cancellationToken);
        return operation with { Counts = CountsAfter(operation.Counts, settled, wereSent: true) };
    }

    // A message has had its effect when its ticket is gone: that is torn off in the transaction of the effect.
    private async Task<HashSet<long>> AppliedOf(
        HubTransaction work, RedriveOperation operation, List<SentItem> sent, CancellationToken cancellationToken)
    {
        var open = sent.Where(item => item.FailureState == FailureState.Open && item.Endpoint != FailureStore.RecordEndpoint).ToList();
        var waiting = await MessageOutbox.StillWaiting(
            work, open.ConvertAll(item => (item.MessageId, ConsumerOf(item.Endpoint))), cancellationToken);
        var applied = open
            .Where(item => !waiting.Contains((item.MessageId, ConsumerOf(item.Endpoint))))
            .Select(item => item.FailureId).ToHashSet();
        await FailureStore.Close(
            work, applied, FailureState.Resolved, operation.MadeBy, "re-driven", time.GetUtcNow(), cancellationToken);
        return applied;
    }

    /// <summary>How a message under way ended; null while it has not.</summary>
    internal static Settlement? OutcomeOf(SentItem item, IReadOnlySet<long> applied) => item.FailureState switch
    {
        FailureState.Open when applied.Contains(item.FailureId) => new Settlement(item.Number, ItemState.Applied, null),
        FailureState.Open when !item.IsSent => new Settlement(item.Number, ItemState.Failed, "failed-again"),
        FailureState.Open => null,
        FailureState.Resolved => new Settlement(item.Number, ItemState.Applied, null),
        _ => new Settlement(item.Number, ItemState.Refused, RedriveVerdict.Closed),
    };

    private async Task<RedriveOperation> Act(HubTransaction work, RedriveOperation operation, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        switch (RedriveRules.Drive(operation, now))
        {
            case RedriveStep.Send send:
                return await Send(work, operation, send.Most, cancellationToken);
            case RedriveStep.Move move:
                return Moved(operation, move.State, move.Why, now);
            case RedriveStep.CancelWaiting:
                var cancelled = await RedriveStore.CancelWaiting(work, operation.OperationId, now, cancellationToken);
                return operation with { Counts = operation.Counts with { Cancelled = operation.Counts.Cancelled + cancelled } };
            default:
                return operation;
        }
    }

    /// <summary>Pure: the operation in another state, with a new phase where it begins to drive.</summary>
    internal static RedriveOperation Moved(RedriveOperation operation, string state, string? why, DateTimeOffset now) =>
        operation with
        {
            State = state,
            StoppedWhy = why,
            CanaryPassed = operation.CanaryPassed || (operation.State == RedriveState.Canary
                && (state == RedriveState.Running || why == "redrive.canary_passed")),
            PhaseAt = state is RedriveState.Running or RedriveState.Canary ? now : null,
            PhaseSent = 0,
            PhaseSettled = operation.Counts.Applied + operation.Counts.Failed,
            PhaseFailed = operation.Counts.Failed,
        };

    private async Task<RedriveOperation> Send(
        HubTransaction work, RedriveOperation operation, int most, CancellationToken cancellationToken)
    {
        var batch = await RedriveStore.TakeWaiting(work, operation.OperationId, most, cancellationToken);
        if (batch.Count == 0)
            return operation;
        var verdictOf = await VerdictsOf(work, operation.OperationId, batch, cancellationToken);
        var toSend = batch.Where(one => verdictOf[one.Number] == RedriveVerdict.WouldApply).ToList();
        var settled = batch.Except(toSend)
            .Select(one => new Settlement(
                one.Number, RedriveVerdict.ItemStateOf(verdictOf[one.Number]), verdictOf[one.Number]))
            .ToList();
        await FailureStore.Close(
            work,
            [.. batch.Where(one => verdictOf[one.Number] == RedriveVerdict.AlreadyApplied).Select(one => one.Message.FailureId)],
            FailureState.Resolved, operation.MadeBy, RedriveVerdict.AlreadyApplied, time.GetUtcNow(), cancellationToken);
        await RedriveStore.Settle(work, operation.OperationId, settled, time.GetUtcNow(), cancellationToken);
        await RedriveStore.MarkSent(
            work, operation.OperationId, toSend.ConvertAll(one => one.Message.FailureId), time.GetUtcNow(), cancellationToken);
        await Publish(work, toSend.ConvertAll(one => one.Message), cancellationToken);
        var counts = CountsAfter(operation.Counts, settled, wereSent: false);
        return operation with
        {
            Counts = counts with { Sent = counts.Sent + toSend.Count },
            PhaseSent = operation.PhaseSent + toSend.Count,
        };
    }

    /// <summary>Writes messages to the outbox again, each to the endpoint it failed at; records in packets of their own.</summary>
    public async Task Publish(HubTransaction work, IReadOnlyList<FailedMessage> messages, CancellationToken cancellationToken)
    {
        var rows = messages.Where(one => !one.IsRecord).Select(RowOf).OfType<OutboxRow>().ToList();
        await outbox.SendAgain(work, rows, cancellationToken);
        var packets = messages.Where(one => one.IsRecord).Select(one => one.FailureId).Chunk(RecordsInOne)
            .Select(object (some) => new RedriveRecords { FailureIds = some })
            .ToList();
        await outbox.Send(work, packets, cancellationToken);
    }

    /// <summary>What sending each would do, with what only the operation knows: policy, other operations, the order of a subject.</summary>
    public async Task<Dictionary<int, string>> VerdictsOf(
        HubTransaction work, Guid operationId, IReadOnlyList<RedriveMessage> batch, CancellationToken cancellationToken)
    {
        var policies = RedrivePolicies.Of(await RedriveStore.Policies(work, cancellationToken));
        var own = await verdicts.Of(work, [.. batch.Select(one => one.Message)], cancellationToken);
        return batch.ToDictionary(
            one => one.Number,
            one => one.OperationId is { } other && other != operationId ? RedriveVerdict.Taken
                : own[one.Message.FailureId] != RedriveVerdict.WouldApply ? own[one.Message.FailureId]
                : policies.Forbid(one.Message.Endpoint, one.Message.MessageType) ? RedriveVerdict.Forbidden
                : one.HeldBehind is not null ? RedriveVerdict.HeldBehind
                : RedriveVerdict.WouldApply);
    }

    private OutboxRow? RowOf(FailedMessage failed)
    {
        if (!endpoints.TryFind(failed.Endpoint, out var endpoint) || endpoint.KindOf(failed.MessageType, catalogue) is not { } kind)
            return null;
        using var envelope = JsonDocument.Parse(failed.Body);
        var body = Encoding.UTF8.GetBytes(envelope.RootElement.GetProperty("message").GetRawText());
        return new OutboxRow(0, failed.MessageId, kind.Topic, body, endpoint.Endpoint);
    }

    private string ConsumerOf(string endpoint) => endpoints.TryFind(endpoint, out var known) ? known.Consumer : "";

    /// <summary>Pure: the counts after some messages ended.</summary>
    internal static RedriveCounts CountsAfter(RedriveCounts counts, IReadOnlyCollection<Settlement> settled, bool wereSent)
    {
        var by = settled.CountBy(one => one.State).ToDictionary();
        return counts with
        {
            Sent = counts.Sent - (wereSent ? settled.Count : 0),
            Applied = counts.Applied + by.GetValueOrDefault(ItemState.Applied),
            AlreadyApplied = counts.AlreadyApplied + by.GetValueOrDefault(ItemState.AlreadyApplied),
            Refused = counts.Refused + by.GetValueOrDefault(ItemState.Refused),
            Failed = counts.Failed + by.GetValueOrDefault(ItemState.Failed),
        };
    }

    private Task Note(HubTransaction work, RedriveOperation operation, CancellationToken cancellationToken) =>
        AuditLog.Append(
            work,
            new AuditFact(
                Actor, $"redrive.{operation.State.ToLowerInvariant()}", $"redrive/{operation.OperationId}",
                new { counts = operation.Counts, why = operation.StoppedWhy }),
            time, cancellationToken);

    private void Count(RedriveCounts before, RedriveCounts after)
    {
        Add("applied", after.Applied - before.Applied);
        Add("already-applied", after.AlreadyApplied - before.AlreadyApplied);
        Add("refused", after.Refused - before.Refused);
        Add("failed", after.Failed - before.Failed);
        Add("cancelled", after.Cancelled - before.Cancelled);

        void Add(string outcome, int count)
        {
            if (count > 0)
                metrics.Redriven(outcome, count);
        }
    }
}
