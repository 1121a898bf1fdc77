using IntegrationHub.Audit;
using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Contracts.Messages;
using IntegrationHub.Database;
using IntegrationHub.Disclosure;
using IntegrationHub.Outbox;
using IntegrationHub.Referrals;

namespace IntegrationHub.Pipeline;

/// <summary>A locked referral, the question of what may be told about its need, and the claim it is told under.</summary>
internal sealed record ReleaseAsk(CallersReferral Held, DisclosureCase Case, ClaimRow Claim);

/// <summary>How an ask ended, and the version of the referral after it.</summary>
internal sealed record ReleaseAnswer(ReleaseOutcome Outcome, int Version);

/// <summary>
/// The one way identity takes to an organisation, fetched or in a file: decided now, and decision, proof, state, event and
/// audit entry written in the caller's transaction. Nothing leaves before that is committed.
/// </summary>
public sealed class ReleaseGate(MessageOutbox outbox, ReleaseOffice office, TimeProvider time)
{
    internal async Task<ReleaseAnswer> Pass(HubTransaction work, ReleaseAsk ask, CancellationToken cancellationToken)
    {
        var (held, asked, claim) = ask;
        var request = asked.Request;
        var file = await asked.File(work, cancellationToken);
        var order = new ReleaseOrder(claim.ReferralId, claim.Attempt, asked.Person.PersonKey, claim.Uscc)
        {
            ClaimId = claim.ClaimId,
        };
        var outcome = await office.Release(work, order, request, file, cancellationToken);
        var version = outcome switch
        {
            ReleaseOutcome.Released released => await Give(work, held, claim, released, cancellationToken),
            ReleaseOutcome.Refused refused => await Refuse(work, held, refused.Decision, request.At, cancellationToken),
            _ => throw new InvalidOperationException($"Unknown outcome {outcome.GetType().Name}."),
        };
        return new ReleaseAnswer(outcome, version);
    }

    private async Task<int> Give(
        HubTransaction work, CallersReferral held, ClaimRow claim, ReleaseOutcome.Released released,
        CancellationToken cancellationToken)
    {
        if (held.Referral.State == ReferralState.Withdrawn)
            throw ReferralProblems.NotActive(); // before the commit: decision and release are undone, nothing leaves

        var release = released.Record;
        var version = held.Referral.Version;
        if (held.Referral.State == ReferralState.Accepted)
            version = await Move(work, held, StepToReleased(held), release.ReleasedAt, cancellationToken);
        if (!released.IsRepeat)
            await Tell(work, ReferralEvents.Released(release, version), cancellationToken);
        var detail = new
        {
            releaseId = release.ReleaseId,
            claimId = claim.ClaimId,
            attempt = release.Attempt,
            items = release.Items,
            consent = new { id = release.ConsentId, seq = release.ConsentSequence },
            digest = Convert.ToHexStringLower(release.Digest),
            sends = release.Sends,
        };
        await Note(work, held, ReleaseNote.Action, detail, cancellationToken);
        return version;
    }

    private async Task<int> Refuse(
        HubTransaction work, CallersReferral held, DisclosureDecision decision, DateTimeOffset at,
        CancellationToken cancellationToken)
    {
        // What lies in the organisation does not pass by waiting: the referral goes back and can be offered to another.
        var version = held.Referral.Version;
        if (held.Referral.State == ReferralState.Accepted && ReasonCode.IsAboutRecipient(decision.Reason))
        {
            var reopened = RoutingRules.Reopen(held.Referral, decision.Reason);
            version = await Move(work, held, reopened, at, cancellationToken);
            var cancelled = ReferralEvents.Cancelled(
                held.Referral.ReferralId, held.Attempt.Attempt, held.Attempt.Uscc, "ORGANISATION_STATUS", version, at);
            await Tell(work, cancelled, cancellationToken);
        }

        var detail = new
        {
            attempt = held.Attempt.Attempt,
            reason = decision.Reason,
            consent = new { id = decision.ConsentId, seq = decision.ConsentSequence },
            policyVersion = decision.PolicyVersion,
        };
        await Note(work, held, "claim.refused", detail, cancellationToken);
        return version;
    }

    private static async Task<int> Move(
        HubTransaction work, CallersReferral held, ReferralStep step, DateTimeOffset at,
        CancellationToken cancellationToken)
    {
        var change = new ReferralChange(
            held.Referral.ReferralId, held.Referral.NeedId, held.Referral, [step], ActorOf(held));
        await ReferralStore.Save(work, [change], at, cancellationToken);
        return change.VersionAfter;
    }

    private static ReferralStep StepToReleased(CallersReferral held) => new()
    {
        State = ReferralState.Released,
        Attempt = held.Attempt.Attempt,
        Uscc = held.Attempt.Uscc,
        Mover = ReferralMover.Hub,
        AttemptState = ReferralState.Released,
    };

    private Task Tell(HubTransaction work, HubEvent happened, CancellationToken cancellationToken) =>
        outbox.Send(work, new EventsRecorded { Events = [happened] }, cancellationToken);

    private Task Note(
        HubTransaction work, CallersReferral held, string action, object detail, CancellationToken cancellationToken) =>
        AuditLog.Append(
            work, new AuditFact(ActorOf(held), action, $"{held.Referral.ReferralId}", detail), time, cancellationToken);

    private static string ActorOf(CallersReferral held) => $"charity:{held.Attempt.Uscc}";
}
