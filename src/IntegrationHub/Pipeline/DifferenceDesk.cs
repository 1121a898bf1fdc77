using IntegrationHub.Audit;
using IntegrationHub.Contracts;
using IntegrationHub.Contracts.Messages;
using IntegrationHub.Database;
using IntegrationHub.Outbox;
using IntegrationHub.Reconciliation;

namespace IntegrationHub.Pipeline;

/// <summary>What is done about a difference: each action is a message, and only the next run closes it.</summary>
public sealed class DifferenceDesk(HubDatabase database, MessageOutbox outbox, TimeProvider time)
{
    public const string Resend = "resend";
    public const string Accept = "accept";

    /// <summary>Differences after a place, the oldest first; those not closed unless a state is asked for.</summary>
    public async Task<List<LivingDifference>> Page(
        string? state, string? owner, string? kind, (DateTimeOffset, Guid) after, int limit, CancellationToken cancellationToken)
    {
        await using var work = await database.Begin(cancellationToken);
        return await DifferenceStore.Page(work, state, owner, kind, after, limit, cancellationToken);
    }

    /// <summary>One difference with all that happened to it.</summary>
    /// <exception cref="HubProblemException"><c>difference.not_found</c>.</exception>
    public async Task<(LivingDifference Difference, IReadOnlyList<DifferenceStep> Steps)> Show(Guid id, CancellationToken cancellationToken)
    {
        await using var work = await database.Begin(cancellationToken);
        return (await Require(work, id, cancellationToken), await DifferenceStore.Steps(work, id, cancellationToken));
    }

    /// <summary>
    /// <see cref="Resend"/> asks its owner for it again, which for the hub means to tell the other side again what its
    /// book says; <see cref="Accept"/> says why it may stay.
    /// </summary>
    /// <exception cref="HubProblemException"><c>difference.not_found</c>, <c>difference.closed</c> or <c>difference.action</c>.</exception>
    public async Task<LivingDifference> Resolve(Guid id, string action, string by, string reason, CancellationToken cancellationToken)
    {
        await using var work = await database.Begin(cancellationToken);
        var one = await Require(work, id, cancellationToken);
        if (one.State == DifferenceState.Closed)
            throw new HubProblemException("difference.closed", "A run has proved that it is gone.", "Nothing is left to do.");
        var now = time.GetUtcNow();
        var state = action switch
        {
            Resend => await SendAgain(work, outbox, one, cancellationToken),
            Accept when reason.Length > 0 => DifferenceState.Accepted,
            Accept => throw new HubProblemException("difference.action", "An acceptance has a reason.", "Say why it may stay."),
            _ => throw new HubProblemException("difference.action", $"{action} is no action.", "Say resend or accept; a pair is judged with hub aid rule."),
        };
        await DifferenceStore.Move(work, one, state, $"operator:{by}", reason, now, cancellationToken);
        await AuditLog.Append(
            work,
            new AuditFact($"operator:{by}", "difference.resolved", $"{id}", new { action, reason, one.Class, one.Source, one.Key }),
            time, cancellationToken);
        await work.Commit(cancellationToken);
        return one with { State = state, Reason = reason };
    }

    /// <summary>The message that may end it, and the state it stands in then.</summary>
    internal static async Task<string> SendAgain(
        HubTransaction work, MessageOutbox outbox, LivingDifference one, CancellationToken cancellationToken)
    {
        if (one.Level != DifferenceLevel.Record)
            throw new HubProblemException(
                "difference.action", "Only a record can be sent again; a sum comes right with its records.", "Resolve the records, or accept it.");
        if (one.Owner == Difference.Hub)
        {
            await outbox.Send(work, new AidResent { AidIds = [one.Key] }, cancellationToken);
            return DifferenceState.Sent;
        }

        await outbox.Send(work, new BookReread { Source = one.Source }, cancellationToken);
        return DifferenceState.Asked;
    }

    private static async Task<LivingDifference> Require(HubTransaction work, Guid id, CancellationToken cancellationToken) =>
        await DifferenceStore.Find(work, id, cancellationToken) ?? throw new HubProblemException(
            "difference.not_found", "There is no such difference.", "See hub reconcile differences.");
}
