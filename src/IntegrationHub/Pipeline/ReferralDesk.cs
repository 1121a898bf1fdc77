using IntegrationHub.Audit;
using IntegrationHub.Contracts;
using IntegrationHub.Contracts.Messages;
using IntegrationHub.Database;
using IntegrationHub.Outbox;
using IntegrationHub.Referrals;

namespace IntegrationHub.Pipeline;

/// <summary>How civil affairs ends a referral: which, in which state, who said so and on which version.</summary>
public sealed record ReferralEnding(Guid ReferralId, string Reason, string By)
{
    public int? ExpectedVersion { get; init; }
}

/// <summary>
/// Where civil affairs ends a referral: cancelled, superseded by another need, or never meant to be one. What was released
/// by mistake is called back at once.
/// </summary>
public sealed class ReferralDesk(
    HubDatabase database, MessageOutbox outbox, ReleaseReview releases, TimeProvider time)
{
    private const string InError = "ENTERED_IN_ERROR";

    /// <summary>Ends it, tells the organisation that holds it, and returns where it stands.</summary>
    /// <exception cref="HubProblemException"><c>referral.not_found</c>, <c>referral.illegal_step</c> and others.</exception>
    public async Task<ReferralAnswer> End(ReferralEnding ending, CancellationToken cancellationToken)
    {
        var state = StateOf(ending.Reason)
            ?? throw ReferralProblems.Invalid("The reason is not one of codes/end-reason.csv.");
        await using var work = await database.Begin(cancellationToken);
        var referral = await ReferralStore.Lock(work, ending.ReferralId, cancellationToken)
            ?? throw ReferralProblems.NotFound();
        if (referral.State == state)
            return new ReferralAnswer(referral.ReferralId, referral.Attempt, state, referral.Version);
        if (ObjectionTo(referral, ending, state) is { } objection)
        {
            await Note(work, ending, "referral.refused", new { from = referral.State, to = state, reason = objection.Code }, cancellationToken);
            await work.Commit(cancellationToken);
            throw objection;
        }

        var now = time.GetUtcNow();
        var change = new ReferralChange(
            referral.ReferralId, referral.NeedId, referral, [StepTo(referral, ending, state)], $"operator:{ending.By}");
        await ReferralStore.Save(work, [change], now, cancellationToken);
        if (ReferralStates.HasOrganisation(referral.State) && referral.Uscc is { } uscc)
        {
            var cancelled = ReferralEvents.Cancelled(
                referral.ReferralId, referral.Attempt, uscc, ending.Reason, change.VersionAfter, now);
            await outbox.Send(work, new EventsRecorded { Events = [cancelled] }, cancellationToken);
        }

        if (ending.Reason == InError)
            await releases.RecallAll(work, referral.ReferralId, cancellationToken);
        await Note(work, ending, "referral.ended", new { from = referral.State, to = state, version = change.VersionAfter }, cancellationToken);
        await work.Commit(cancellationToken);
        return new ReferralAnswer(referral.ReferralId, referral.Attempt, state, change.VersionAfter);
    }

    private static HubProblemException? ObjectionTo(Referral referral, ReferralEnding ending, string state) =>
        ending.ExpectedVersion is { } expected && expected != referral.Version
            ? ReferralProblems.VersionConflict(referral.Version)
        : ReferralStates.Allows(referral.State, state, ReferralMover.CivilAffairs) ? null
        : ReferralProblems.IllegalStep();

    private static ReferralStep StepTo(Referral referral, ReferralEnding ending, string state) => new()
    {
        State = state,
        Attempt = referral.Attempt,
        Uscc = referral.Uscc,
        Reason = ending.Reason,
        Mover = ReferralMover.CivilAffairs,
        AttemptState = ReferralStates.HasOrganisation(referral.State) ? state : null,
    };

    private static string? StateOf(string reason) => reason switch
    {
        "BY_GOVERNMENT" => ReferralState.Cancelled,
        InError => ReferralState.EnteredInError,
        "SUPERSEDED" => ReferralState.Superseded,
        _ => null,
    };

    private Task Note(
        HubTransaction work, ReferralEnding ending, string action, object detail, CancellationToken cancellationToken) =>
        AuditLog.Append(
            work, new AuditFact($"operator:{ending.By}", action, $"{ending.ReferralId}", detail), time, cancellationToken);
}
