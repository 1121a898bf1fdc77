using IntegrationHub.Audit;
using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Contracts.Messages;
using IntegrationHub.Database;
using IntegrationHub.Disclosure;
using IntegrationHub.Outbox;

namespace IntegrationHub.Pipeline;

/// <summary>A page of recall notices, and the cursor of the next one, or null at the end.</summary>
public sealed record RecallPage(IReadOnlyList<RecallRow> Items, string? Next);

/// <summary>A page of correction notices, and the cursor of the next one, or null at the end.</summary>
public sealed record CorrectionPage(IReadOnlyList<CorrectionRow> Items, string? Next);

/// <summary>What a recipient says to a recall.</summary>
/// <param name="Kind">See <see cref="RecallAck"/>.</param>
/// <param name="Reason">Which law makes it keep the items; only with <see cref="RecallAck.RetainedByLaw"/>.</param>
public sealed record RecallAnswer(string Kind, string? Reason);

/// <summary>
/// Where a recipient reads what it is to delete or to correct and says that it has. An acknowledgement is one transaction
/// with its event and audit entry; said again, it changes nothing and is answered the same way.
/// </summary>
public sealed class NoticeDesk(HubDatabase database, MessageOutbox outbox, TimeProvider time)
{
    private const int LongestReason = 200;

    /// <summary>A law is cited in words and numbers shorter than any number that names a person.</summary>
    private const int MostDigitsInARow = 10;

    /// <summary>The recalls sent to this organisation; open ones only, acknowledged ones only, or all.</summary>
    public async Task<RecallPage> Recalls(
        Caller caller, bool? open, string? after, int limit, CancellationToken cancellationToken)
    {
        await using var work = await database.Begin(cancellationToken);
        var items = await RecallBook.List(work, Query(caller, open, after, limit), cancellationToken);
        return new RecallPage(items, items.Count < limit ? null : PageCursor.Of(items[^1].IssuedAt, items[^1].RecallId));
    }

    /// <summary>The corrections sent to this organisation.</summary>
    public async Task<CorrectionPage> Corrections(
        Caller caller, bool? open, string? after, int limit, CancellationToken cancellationToken)
    {
        await using var work = await database.Begin(cancellationToken);
        var items = await CorrectionBook.List(work, Query(caller, open, after, limit), cancellationToken);
        return new CorrectionPage(
            items, items.Count < limit ? null : PageCursor.Of(items[^1].IssuedAt, items[^1].CorrectionId));
    }

    /// <summary>The items are deleted, or a law that is named makes the recipient keep them.</summary>
    public async Task<RecallRow> Acknowledge(
        Caller caller, Guid recallId, RecallAnswer answer, CancellationToken cancellationToken)
    {
        if (!IsPlain(answer))
            throw ReferralProblems.Invalid("A reason of up to 200 characters without long numbers goes with RETAINED_BY_LAW only.");
        await using var work = await database.Begin(cancellationToken);
        var now = InMicroseconds(time.GetUtcNow());
        var ack = (answer.Kind, answer.Reason);
        var recall = await RecallBook.Acknowledge(work, recallId, caller.Uscc, ack, now, cancellationToken)
            ?? throw ReferralProblems.NoticeNotFound();
        if (recall.AckedAt == now)
        {
            await Tell(work, NoticeEvents.Acked(recall, now), cancellationToken);
            var detail = new { releaseId = recall.ReleaseId, kind = recall.Ack, reason = recall.AckReason };
            await Note(work, caller, "recall.acked", recallId, detail, cancellationToken);
        }

        await work.Commit(cancellationToken);
        return recall;
    }

    /// <summary>The recipient has taken the corrected items over.</summary>
    public async Task<CorrectionRow> Acknowledge(
        Caller caller, Guid correctionId, CancellationToken cancellationToken)
    {
        await using var work = await database.Begin(cancellationToken);
        var now = InMicroseconds(time.GetUtcNow());
        var correction = await CorrectionBook.Acknowledge(work, correctionId, caller.Uscc, now, cancellationToken)
            ?? throw ReferralProblems.NoticeNotFound();
        if (correction.AckedAt == now)
        {
            await Tell(work, NoticeEvents.Acked(correction, now), cancellationToken);
            var detail = new { releaseId = correction.ReleaseId };
            await Note(work, caller, "correction.acked", correctionId, detail, cancellationToken);
        }

        await work.Commit(cancellationToken);
        return correction;
    }

    private static NoticeQuery Query(Caller caller, bool? open, string? after, int limit)
    {
        var (issuedAt, id) = PageCursor.Read(after);
        return new NoticeQuery(caller.Uscc, open, null, issuedAt, id, limit);
    }

    private static bool IsPlain(RecallAnswer answer) => answer.Kind switch
    {
        RecallAck.Deleted => answer.Reason is null,
        RecallAck.RetainedByLaw => answer.Reason is { Length: > 0 and <= LongestReason } reason && !HasLongNumber(reason),
        _ => false,
    };

    // Nobody keeps an id or phone number in a reason.
    private static bool HasLongNumber(string reason)
    {
        var digits = 0;
        foreach (var letter in reason)
        {
            digits = char.IsDigit(letter) ? digits + 1 : 0;
            if (digits > MostDigitsInARow)
                return true;
        }

        return false;
    }

    // PostgreSQL keeps microseconds, and the first acknowledgement is known by its instant.
    private static DateTimeOffset InMicroseconds(DateTimeOffset at) =>
        new(at.UtcTicks - (at.UtcTicks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);

    private Task Tell(HubTransaction work, HubEvent happened, CancellationToken cancellationToken) =>
        outbox.Send(work, new EventsRecorded { Events = [happened] }, cancellationToken);

    private Task Note(
        HubTransaction work, Caller caller, string action, Guid subject, object detail, CancellationToken cancellationToken) =>
        AuditLog.Append(
            work, new AuditFact($"charity:{caller.Uscc}", action, $"{subject}", detail), time, cancellationToken);
}
