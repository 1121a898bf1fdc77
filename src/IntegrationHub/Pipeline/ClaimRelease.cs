using IntegrationHub.Audit;
using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Contracts.Messages;
using IntegrationHub.Database;
using IntegrationHub.Disclosure;
using IntegrationHub.Outbox;
using IntegrationHub.Policy;
using IntegrationHub.Referrals;

namespace IntegrationHub.Pipeline;

/// <summary>
/// The answer to a claim: everything is loaded and decided at that moment, and decision, proof, state, event and audit
/// entry are one commit with the answer. A refusal is recorded as carefully as a release.
/// </summary>
public sealed class ClaimRelease(
    HubDatabase database, MessageOutbox outbox, ReleaseOffice office, PolicyBook policies, TimeProvider time)
{
    /// <summary>
    /// The response body (contracts/hub/openapi.yaml, Release). It carries identity: send it, do not keep or log it.
    /// </summary>
    /// <param name="caller">Who claims.</param>
    /// <param name="referralId">The referral that was accepted.</param>
    /// <param name="attempt">The attempt that was accepted.</param>
    /// <param name="items">The items asked for; null for all that the kind's whitelist has.</param>
    /// <param name="cancellationToken">Ends the attempt; nothing is released then.</param>
    public async Task<byte[]> Claim(
        Caller caller, Guid referralId, int attempt, IReadOnlyList<string>? items, CancellationToken cancellationToken)
    {
        await using var work = await database.Begin(cancellationToken);
        var held = await CallersReferral.Load(work, caller, referralId, attempt, cancellationToken);
        if (!MayBeDecided(held))
            throw held.WhyNot();

        var need = (await NeedBook.Load(work, [held.Referral.NeedId], cancellationToken)).Values.Single();
        var question = new DisclosureQuestion(DisclosureStep.Claim, need, caller.Uscc, items);
        var one = (await DisclosureCase.Load(work, [question], policies, time, cancellationToken)).Single();
        var order = new ReleaseOrder(referralId, attempt, one.Person.PersonKey, caller.Uscc);
        var file = await one.File(work, cancellationToken);
        var outcome = await office.Release(work, order, one.Request, file, cancellationToken);
        return outcome switch
        {
            ReleaseOutcome.Released released => await Hand(work, held, released, cancellationToken),
            ReleaseOutcome.Refused refused => await Refuse(work, held, refused.Decision, one.Request.At, cancellationToken),
            _ => throw new InvalidOperationException($"Unknown outcome {outcome.GetType().Name}."),
        };
    }

    // A withdrawn referral is decided once more, so that the refusal says why and is on record; it gives nothing.
    private static bool MayBeDecided(CallersReferral held) => held.IsCurrent
        && held.Referral.State is (ReferralState.Accepted or ReferralState.Released or ReferralState.Withdrawn);

    private async Task<byte[]> Hand(
        HubTransaction work, CallersReferral held, ReleaseOutcome.Released released,
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
            attempt = release.Attempt,
            items = release.Items,
            consent = new { id = release.ConsentId, seq = release.ConsentSequence },
            digest = Convert.ToHexStringLower(release.Digest),
            sends = release.Sends,
        };
        await Note(work, held, "claim.released", detail, cancellationToken);
        await work.Commit(cancellationToken);
        return released.Body;
    }

    private async Task<byte[]> Refuse(
        HubTransaction work, CallersReferral held, DisclosureDecision decision, DateTimeOffset at,
        CancellationToken cancellationToken)
    {
        // What lies in the organisation does not pass by waiting: the referral goes back and can be offered to another.
        if (held.Referral.State == ReferralState.Accepted && ReasonCode.IsAboutRecipient(decision.Reason))
        {
            var reopened = RoutingRules.Reopen(held.Referral, decision.Reason);
            var version = await Move(work, held, reopened, at, cancellationToken);
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
        await work.Commit(cancellationToken);
        throw ReferralProblems.NotReleased(decision.Reason);
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
