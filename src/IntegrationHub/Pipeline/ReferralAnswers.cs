using IntegrationHub.Aid;
using IntegrationHub.Audit;
using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Contracts.Messages;
using IntegrationHub.Database;
using IntegrationHub.Identity;
using IntegrationHub.Outbox;
using IntegrationHub.Referrals;

namespace IntegrationHub.Pipeline;

/// <summary>Where a referral stands after an answer.</summary>
public sealed record ReferralAnswer(Guid ReferralId, int Attempt, string State, int Version);

/// <summary>A page of what is with an organisation, and the cursor of the next one, or null at the end.</summary>
public sealed record OfferPage(IReadOnlyList<OfferView> Items, string? Next);

/// <summary>
/// What an organisation reads and answers before and after it is given identity. Each answer is one transaction with
/// its history, event and audit entry; repeated, it changes nothing and is answered the same way.
/// </summary>
public sealed class ReferralAnswers(HubDatabase database, MessageOutbox outbox, OfferTerms terms, TimeProvider time)
{
    private static readonly string[] DeclineReasons = ["CAPACITY", "SCOPE", "FUNDS", "DUPLICATE", "OTHER"];

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
        Answer(caller, referralId, attempt, new Wish(ReferralState.Accepted), cancellationToken);

    public Task<ReferralAnswer> Decline(
        Caller caller, Guid referralId, int attempt, string reason, CancellationToken cancellationToken) =>
        DeclineReasons.Contains(reason)
            ? Answer(caller, referralId, attempt, new Wish(ReferralState.Declined, reason), cancellationToken)
            : throw ReferralProblems.Invalid("The reason is not one of codes/decline-reason.csv.");

    public Task<ReferralAnswer> Progress(
        Caller caller, Guid referralId, int attempt, CancellationToken cancellationToken) =>
        Answer(caller, referralId, attempt, new Wish(ReferralState.InProgress), cancellationToken);

    public Task<ReferralAnswer> Complete(
        Caller caller, Guid referralId, int attempt, CancellationToken cancellationToken) =>
        Answer(caller, referralId, attempt, new Wish(ReferralState.Completed), cancellationToken);

    private async Task<ReferralAnswer> Answer(
        Caller caller, Guid referralId, int attempt, Wish wish, CancellationToken cancellationToken)
    {
        await using var work = await database.Begin(cancellationToken);
        var held = await CallersReferral.Load(work, caller, referralId, attempt, cancellationToken);
        if (wish.IsFulfilledBy(held.Attempt))
            return new ReferralAnswer(referralId, attempt, held.Attempt.State, held.Referral.Version);

        var now = time.GetUtcNow();
        await Check(work, held, wish.State, now, cancellationToken);
        var change = new ReferralChange(
            referralId, held.Referral.NeedId, held.Referral, [StepTo(held, wish)], $"charity:{caller.Uscc}");
        await ReferralStore.Save(work, [change], now, cancellationToken);
        await outbox.Send(work, new EventsRecorded { Events = [EventOf(change, now)] }, cancellationToken);
        var detail = new { attempt, reason = wish.Reason, version = change.VersionAfter };
        await AuditLog.Append(
            work, new AuditFact(change.Actor, TypeOf(wish.State), $"{referralId}", detail), time, cancellationToken);
        await work.Commit(cancellationToken);
        return new ReferralAnswer(referralId, attempt, wish.State, change.VersionAfter);
    }

    private async Task Check(
        HubTransaction work, CallersReferral held, string state, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        if (!held.IsCurrent || !ReferralStates.Allows(held.Referral.State, state, ReferralMover.Charity))
            throw held.WhyNot();

        // Routing has not looked yet, but the time is over all the same (scenario 23).
        if (held.Referral.State == ReferralState.Offered && terms.Calendar.HasPassed(held.Attempt.ExpiresAt, now))
            throw ReferralProblems.HasLapsed();
        if (state == ReferralState.Completed
            && await AidStore.CountOf(work, held.Referral.ReferralId, cancellationToken) == 0)
            throw ReferralProblems.NoAid();
    }

    private static ReferralStep StepTo(CallersReferral held, Wish wish) => new()
    {
        State = wish.State,
        Attempt = held.Attempt.Attempt,
        Uscc = held.Attempt.Uscc,
        Reason = wish.Reason,
        Mover = ReferralMover.Charity,
        AttemptState = wish.State,
    };

    private static HubEvent EventOf(ReferralChange change, DateTimeOffset now) =>
        change.Steps[0].State == ReferralState.Declined
            ? ReferralEvents.Declined(change.ReferralId, change.Steps[0], change.VersionAfter, now)
            : ReferralEvents.Moved(
                TypeOf(change.Steps[0].State), change.ReferralId, change.Steps[0], change.VersionAfter, now);

    private static string TypeOf(string state) => state switch
    {
        ReferralState.Accepted => "referral.accepted",
        ReferralState.Declined => "referral.declined",
        ReferralState.InProgress => "referral.progressed",
        _ => "referral.completed",
    };

    private OfferView View(KnownNeed need, ReferralAttempt attempt, string state, int version) =>
        new(terms.DataOf(need, attempt.Attempt, attempt.Uscc, attempt.ExpiresAt, terms.PolicyAt(time.GetUtcNow()))) { State = state, Version = version };

    /// <summary>The state an organisation wants its attempt to be in.</summary>
    private sealed record Wish(string State, string? Reason = null)
    {
        /// <summary>True if it was said before. An acceptance stays one while the organisation has the case.</summary>
        public bool IsFulfilledBy(ReferralAttempt attempt) => attempt.State == State
            || (State == ReferralState.Accepted && attempt.State is
                ReferralState.Released or ReferralState.InProgress or ReferralState.OnHold
                or ReferralState.AidedPartial or ReferralState.Completed);
    }
}
