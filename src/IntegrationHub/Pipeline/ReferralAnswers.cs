using System.Text.RegularExpressions;
using IntegrationHub.Aid;
using IntegrationHub.Audit;
using IntegrationHub.Contracts;
using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Contracts.Messages;
using IntegrationHub.Database;
using IntegrationHub.Identity;
using IntegrationHub.Outbox;
using IntegrationHub.Referrals;

namespace IntegrationHub.Pipeline;

/// <summary>Where a referral stands after an answer.</summary>
public sealed record ReferralAnswer(Guid ReferralId, int Attempt, string State, int Version)
{
    /// <summary>The same state as a FHIR Task code.</summary>
    public string FhirTaskStatus => ReferralStates.FhirTaskStatusOf(State);
}

/// <summary>The state an organisation wants its attempt to be in.</summary>
public sealed record ReferralWish(Guid ReferralId, int Attempt, string State)
{
    /// <summary>Why, for a decline or a failure.</summary>
    public string? Reason { get; init; }

    /// <summary>The organisation's reference to the proof that a service was done, where no aid record says it.</summary>
    public string? ProofRef { get; init; }

    /// <summary>The version the organisation decided on; null where it does not mind.</summary>
    public int? ExpectedVersion { get; init; }

    /// <summary>True if it was said before. An acceptance stays one while the organisation has the case.</summary>
    internal bool IsFulfilledBy(ReferralAttempt attempt) => attempt.State == State
        || (State == ReferralState.Accepted && attempt.State is
            ReferralState.Released or ReferralState.InProgress or ReferralState.OnHold
            or ReferralState.AidedPartial or ReferralState.Completed);
}

/// <summary>A page of what is with an organisation, and the cursor of the next one, or null at the end.</summary>
public sealed record OfferPage(IReadOnlyList<OfferView> Items, string? Next);

/// <summary>
/// What an organisation reads and answers before and after it is given identity. Each answer is one transaction with
/// its history, event and audit entry; repeated, it changes nothing and is answered the same way.
/// </summary>
public sealed partial class ReferralAnswers(HubDatabase database, MessageOutbox outbox, OfferTerms terms, TimeProvider time)
{
    private static readonly string[] DeclineReasons = ["CAPACITY", "SCOPE", "FUNDS", "DUPLICATE", "OTHER"];
    private static readonly string[] FailReasons = ["NOT_REACHED", "REFUSED_BY_PERSON", "NOT_ABLE", "OTHER"];

    /// <summary>What is with this organisation now, oldest offer first.</summary>
    public async Task<OfferPage> Offers(Caller caller, string? after, int limit, CancellationToken cancellationToken)
    {
        var (offeredAt, referralId) = PageCursor.Read(after);
        await using var work = await database.Begin(cancellationToken);
        var held = await ReferralStore.With(work, caller.Uscc, offeredAt, referralId, limit, cancellationToken);
        var needs = await NeedBook.Load(work, [.. held.Select(one => one.NeedId).Distinct()], cancellationToken);
        var persons = await PersonBook.KeysOf(
            work, [.. needs.Values.Select(need => need.PersonKey).Distinct()], cancellationToken);
        return new OfferPage(
            [.. held.Select(one => View(Now(needs[one.NeedId]), one.Attempt, one.State, one.Version))],
            held.Count == limit && held.Count > 0 ? PageCursor.Of(held[^1].Attempt.OfferedAt, held[^1].Attempt.ReferralId) : null);

        KnownNeed Now(KnownNeed need) => need with { PersonKey = persons[need.PersonKey].PersonKey };
    }

    public Task<ReferralAnswer> Accept(
        Caller caller, Guid referralId, int attempt, CancellationToken cancellationToken) =>
        Answer(caller, new ReferralWish(referralId, attempt, ReferralState.Accepted), cancellationToken);

    public Task<ReferralAnswer> Decline(
        Caller caller, Guid referralId, int attempt, string reason, CancellationToken cancellationToken) =>
        Answer(
            caller, new ReferralWish(referralId, attempt, ReferralState.Declined) { Reason = reason }, cancellationToken);

    public Task<ReferralAnswer> Progress(
        Caller caller, Guid referralId, int attempt, CancellationToken cancellationToken) =>
        Answer(caller, new ReferralWish(referralId, attempt, ReferralState.InProgress), cancellationToken);

    public Task<ReferralAnswer> Complete(
        Caller caller, Guid referralId, int attempt, CancellationToken cancellationToken) =>
        Answer(caller, new ReferralWish(referralId, attempt, ReferralState.Completed), cancellationToken);

    /// <summary>Takes the step the organisation asks for, or says why not. What is refused is on record and changes nothing.</summary>
    public async Task<ReferralAnswer> Answer(Caller caller, ReferralWish wish, CancellationToken cancellationToken)
    {
        CheckReason(wish);
        await using var work = await database.Begin(cancellationToken);
        var held = await CallersReferral.Load(work, caller, wish.ReferralId, wish.Attempt, cancellationToken);
        if (wish.IsFulfilledBy(held.Attempt))
            return new ReferralAnswer(wish.ReferralId, wish.Attempt, held.Attempt.State, held.Referral.Version);

        var now = time.GetUtcNow();
        var actor = $"charity:{caller.Uscc}";
        if (await ObjectionTo(work, held, wish, now, cancellationToken) is { } objection)
        {
            var refused = new { attempt = wish.Attempt, from = held.Referral.State, to = wish.State, reason = objection.Code };
            await Note(work, actor, "referral.refused", wish, refused, cancellationToken);
            await work.Commit(cancellationToken);
            throw objection;
        }

        var change = new ReferralChange(wish.ReferralId, held.Referral.NeedId, held.Referral, [StepTo(held, wish)], actor);
        await ReferralStore.Save(work, [change], now, cancellationToken);
        await outbox.Send(work, new EventsRecorded { Events = [EventOf(change, now)] }, cancellationToken);
        var detail = new
        {
            attempt = wish.Attempt, state = wish.State, reason = wish.Reason, proofRef = wish.ProofRef, version = change.VersionAfter,
        };
        await Note(work, actor, TypeOf(wish.State), wish, detail, cancellationToken);
        await work.Commit(cancellationToken);
        return new ReferralAnswer(wish.ReferralId, wish.Attempt, wish.State, change.VersionAfter);
    }

    private static void CheckReason(ReferralWish wish)
    {
        if (wish.State == ReferralState.Declined && !DeclineReasons.Contains(wish.Reason))
            throw ReferralProblems.Invalid("The reason is not one of codes/decline-reason.csv.");
        if (wish.State == ReferralState.Failed && !FailReasons.Contains(wish.Reason))
            throw ReferralProblems.Invalid("The reason is not one of codes/fail-reason.csv.");
        if (wish.ProofRef is { } proof && !ProofForm().IsMatch(proof))
            throw ReferralProblems.Invalid("The proof is named by up to 64 letters, digits, dots and dashes.");
    }

    // In this order: an attempt that is over says so, then a stale version, then a step the table does not have.
    private async Task<HubProblemException?> ObjectionTo(
        HubTransaction work, CallersReferral held, ReferralWish wish, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        if (!held.IsCurrent)
            return held.WhyNot();
        if (wish.ExpectedVersion is { } expected && expected != held.Referral.Version)
            return ReferralProblems.VersionConflict(held.Referral.Version);
        if (!ReferralStates.Allows(held.Referral.State, wish.State, ReferralMover.Charity))
            return held.WhyNot();

        // Routing has not looked yet, but the time is over all the same (scenario 23).
        if (held.Referral.State == ReferralState.Offered && terms.Calendar.HasPassed(held.Attempt.ExpiresAt, now))
            return ReferralProblems.HasLapsed();
        var isProven = wish.State != ReferralState.Completed || wish.ProofRef is not null
            || await AidStore.CountOf(work, held.Referral.ReferralId, cancellationToken) > 0;
        return isProven ? null : ReferralProblems.NoAid();
    }

    private static ReferralStep StepTo(CallersReferral held, ReferralWish wish) => new()
    {
        State = wish.State,
        Attempt = held.Attempt.Attempt,
        Uscc = held.Attempt.Uscc,
        Reason = wish.Reason,
        Mover = ReferralMover.Charity,
        AttemptState = wish.State,
    };

    private static HubEvent EventOf(ReferralChange change, DateTimeOffset now) => change.Steps[0].State switch
    {
        ReferralState.Declined or ReferralState.Failed => ReferralEvents.TurnedDown(
            TypeOf(change.Steps[0].State), change.ReferralId, change.Steps[0], change.VersionAfter, now),
        _ => ReferralEvents.Moved(
            TypeOf(change.Steps[0].State), change.ReferralId, change.Steps[0], change.VersionAfter, now),
    };

    private static string TypeOf(string state) => state switch
    {
        ReferralState.Accepted => "referral.accepted",
        ReferralState.Declined => "referral.declined",
        ReferralState.Failed => "referral.failed",
        ReferralState.Completed => "referral.completed",
        _ => "referral.progressed",
    };

    private Task Note(
        HubTransaction work, string actor, string action, ReferralWish wish, object detail,
        CancellationToken cancellationToken) =>
        AuditLog.Append(work, new AuditFact(actor, action, $"{wish.ReferralId}", detail), time, cancellationToken);

    private OfferView View(KnownNeed need, ReferralAttempt attempt, string state, int version) =>
        new(terms.DataOf(need, attempt.Attempt, attempt.Uscc, attempt.ExpiresAt, terms.PolicyAt(time.GetUtcNow()))) { State = state, Version = version };

    // A reference, not a text: nothing about a person fits in.
    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
    private static partial Regex ProofForm();
}
