using IntegrationHub.Audit;
using IntegrationHub.Consent;
using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Contracts.Messages;
using IntegrationHub.Database;
using IntegrationHub.Disclosure;
using IntegrationHub.Identity;
using IntegrationHub.Intake;
using IntegrationHub.Outbox;
using IntegrationHub.Policy;
using IntegrationHub.Referrals;
using IntegrationHub.Telemetry;
using Microsoft.Extensions.Logging;

namespace IntegrationHub.Pipeline;

/// <summary>
/// Takes the open needs through routing, a page per message and transaction: load what the page needs, decide each need
/// (<see cref="RoutingRules"/>), save, tell, ask for the next page.
/// </summary>
public sealed partial class NeedRouting(
    MessageOutbox outbox, OfferTerms terms, HubMetrics metrics, TimeProvider time, ILogger<NeedRouting> logger)
{
    private const int PageSize = 500;
    private const string Actor = "hub";

    public async Task Route(HubTransaction work, RouteNeeds message, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var policy = terms.PolicyAt(now);
        if (policy is not null && message.First == default && message.Others == default) // the first page
            await NeedBook.Queue(work, policy, HubCalendar.DayOf(now), cancellationToken);
        var (needs, firstNext, othersNext) = await NeedBook.ToRoute(
            work, message.First, message.Others, policy?.Routing.UrgentOfTen ?? 0, PageSize, cancellationToken);
        var routed = await Settle(work, needs, now, cancellationToken);
        if (routed.ToReview.Count > 0)
            await outbox.Send(work, new PeopleChanged { PersonKeys = routed.ToReview }, cancellationToken);
        await GoOn(work, message with { First = firstNext, Others = othersNext }, needs, now, cancellationToken);
        var page = new
        {
            after = new[] { message.First.NeedId, message.Others.NeedId },
            needs = needs.Count,
            steps = routed.Steps,
            decisions = routed.Decisions,
            reasons = routed.Reasons,
            policyVersion = policy?.Version,
        };
        var fact = new AuditFact(Actor, "routing.page", message.RunId?.ToString() ?? "routing", page);
        await AuditLog.Append(work, fact, time, cancellationToken);
    }

    /// <summary>
    /// Takes the referrals of these people that are under way through the same decision now, because something about the
    /// people has changed. All their keys are needed: a need may be filed under any.
    /// </summary>
    public async Task Review(HubTransaction work, IReadOnlyCollection<Guid> people, CancellationToken cancellationToken)
    {
        var needs = await NeedBook.UnderWayOf(work, people, cancellationToken);
        if (needs.Count == 0)
            return;
        var routed = await Settle(work, needs, time.GetUtcNow(), cancellationToken);
        var review = new
        {
            needs = needs.Count,
            steps = routed.Steps,
            decisions = routed.Decisions,
            reasons = routed.Reasons,
            policyVersion = terms.PolicyAt(time.GetUtcNow())?.Version,
        };
        await AuditLog.Append(work, new AuditFact(Actor, "routing.review", "routing", review), time, cancellationToken);
    }

    // Locks are taken in one order, referrals by id and then the audit chain: a review never deadlocks with a page.
    private async Task<Routed> Settle(
        HubTransaction work, IReadOnlyList<KnownNeed> needs, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var organisations = await OrganisationDirectory.All(work, cancellationToken);
        var cases = await Load(work, needs, HubCalendar.DayOf(now), cancellationToken);
        var ground = new RoutingGround(organisations, terms, now)
        {
            Room = await Room.Load(work, organisations, cancellationToken),
        };
        var decided = new List<(RoutingCase Case, RoutingOutcome Outcome)>(cases.Count);
        foreach (var one in cases)
        {
            var outcome = RoutingRules.Decide(one, ground);
            ground.Room.Follow(one.Referral, outcome.Steps);
            decided.Add((one, outcome));
        }

        WarnOfMissingCalendar(cases, now);

        var changes = decided
            .Where(one => one.Outcome.Steps.Count > 0)
            .Select(one => (one.Case, Change: ChangeOf(one.Case, one.Outcome)))
            .ToList();
        // Nothing of it is needed before the end: it is put into words while the server writes.
        var events = Task.Run(
            () => changes.SelectMany(one => EventsOf(one.Case, one.Change, now)).ToList(), cancellationToken);
        await ReferralStore.Save(work, changes.ConvertAll(one => one.Change), now, cancellationToken);
        var stored = await StoreDecisions(work, [.. decided.Select(one => one.Outcome)], now, cancellationToken);
        var reasons = await RoutingReasons.Add(
            work, [.. decided.Select(one => one.Outcome.Reason).OfType<RoutingReason>()], now, cancellationToken);
        await Tell(work, await events, cancellationToken);
        return new Routed(
            changes.SelectMany(one => one.Change.Steps).CountBy(step => step.State)
                .OrderBy(state => state.Key, StringComparer.Ordinal).ToDictionary(),
            stored,
            reasons,
            [
                .. changes
                    .Where(one => one.Case.Releases.Count > 0
                        && one.Change.Steps.Any(step => step.State == ReferralState.Withdrawn))
                    .Select(one => one.Case.PersonKey).Distinct(),
            ]);
    }

    private static async Task<List<RoutingCase>> Load(
        HubTransaction work, IReadOnlyList<KnownNeed> needs, DateOnly day, CancellationToken cancellationToken)
    {
        var people = needs.Select(need => need.PersonKey).Distinct().ToList();
        var referrals = await ReferralStore.OfNeeds(work, [.. needs.Select(need => need.NeedId)], cancellationToken);
        Guid[] ids = [.. referrals.Values.Select(referral => referral.ReferralId)];
        var tried = await ReferralStore.Tried(work, ids, cancellationToken);
        var released = await ReleaseStore.OfReferrals(work, ids, cancellationToken);
        var releases = released.ToLookup(release => release.ReferralId);
        // After the locks: what was withdrawn while this page waited for them is seen.
        var persons = await PersonBook.KeysOf(work, people, cancellationToken);
        var facts = await PersonBook.Facts(work, persons.Values, cancellationToken);
        var recognitions = await PersonBook.Recognitions(work, persons.Values, day, cancellationToken);
        Guid[] keys = [.. persons.Values.SelectMany(person => person.Keys).Distinct()];
        var consents = await ConsentLedger.EventsOf(work, keys, cancellationToken);
        var others = await NeedBook.OpenOf(work, keys, cancellationToken);
        var ofPerson = others.ToLookup(other => other.PersonKey);
        var objecting = await MatchingStore.Objecting(work, keys, cancellationToken);
        return [.. needs.Select(need => CaseOf(need, persons[need.PersonKey]))];

        RoutingCase CaseOf(KnownNeed need, PersonKeys person)
        {
            var ledger = consents.Of(person.Keys);
            return new RoutingCase
            {
                Need = need,
                Referral = referrals.GetValueOrDefault(need.NeedId),
                Tried = tried[need.ReferralId].ToHashSet(StringComparer.Ordinal),
                PersonKey = person.PersonKey,
                Subject = facts.GetValueOrDefault(person.PersonKey),
                Recognitions = [.. recognitions[person.PersonKey]],
                Consents = ledger.Events,
                Read = ledger.Read,
                ObjectsToMatching = person.Keys.Any(objecting.Contains),
                Doubles = [.. person.Keys.SelectMany(key => ofPerson[key]).Where(other => other.IsDoubleOf(need))],
                Releases = [.. releases[need.ReferralId]],
            };
        }
    }

    // Most nights say what the night before said. A decision is kept when it says something new about its referral:
    // another answer, reason, consent, policy, organisation or attempt. So what stands is on record, and only once.
    private async Task<int> StoreDecisions(
        HubTransaction work, IReadOnlyList<RoutingOutcome> outcomes, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var said = outcomes.SelectMany(outcome => outcome.Decisions).ToList();
        var known = await DecisionStore.LastOffers(
            work, [.. said.Select(row => row.ReferralId).Distinct()], cancellationToken);
        var fresh = new List<DecisionRow>();
        foreach (var row in said)
        {
            if (known.TryGetValue(row.ReferralId, out var before) && row.SaysTheSameAs(before))
                continue;
            known[row.ReferralId] = row;
            fresh.Add(row);
            metrics.Decided("OFFER", row.Decision.Reason);
        }

        await DecisionStore.Add(work, fresh, now, cancellationToken);
        return fresh.Count;
    }

    private async Task Tell(
        HubTransaction work, IReadOnlyList<HubEvent> events, CancellationToken cancellationToken)
    {
        if (events.Count > 0)
            await outbox.Send(work, new EventsRecorded { Events = events }, cancellationToken);
    }

    private IEnumerable<HubEvent> EventsOf(RoutingCase one, ReferralChange change, DateTimeOffset now)
    {
        var version = change.From?.Version ?? 0;
        foreach (var step in change.Steps)
        {
            version++;
            switch (step)
            {
                case { State: ReferralState.Offered, Uscc: { } uscc, ExpiresAt: { } end }:
                    yield return ReferralEvents.Offered(terms.DataOf(one.Need with { PersonKey = one.PersonKey }, step.Attempt, uscc, end, terms.PolicyAt(now)), now);
                    break;
                case { State: ReferralState.Lapsed }:
                    yield return ReferralEvents.Moved("referral.lapsed", change.ReferralId, step, version, now);
                    break;
                case { State: ReferralState.Withdrawn }:
                    yield return ReferralEvents.Withdrawn(change.ReferralId, step, version, now);
                    break;
                case { AttemptState: ReferralState.Cancelled, Uscc: { } uscc }:
                    var reason = step.State == ReferralState.Cancelled ? "NEED_CLOSED"
                        : ReasonCode.IsAboutRecipient(step.Reason ?? "") ? "ORGANISATION_STATUS" : "BY_GOVERNMENT";
                    yield return ReferralEvents.Cancelled(change.ReferralId, step.Attempt, uscc, reason, version, now);
                    break;
            }
        }
    }

    private async Task GoOn(
        HubTransaction work, RouteNeeds message, IReadOnlyList<KnownNeed> needs, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        if (needs.Count == PageSize)
            await outbox.Send(work, message, cancellationToken);
        else if (message.RunId is { } runId)
            await RunStore.Complete(work, runId, now, cancellationToken);
    }

    private static ReferralChange ChangeOf(RoutingCase one, RoutingOutcome outcome) =>
        new(one.Need.ReferralId, one.Need.NeedId, one.Referral, outcome.Steps, Actor);

    private void WarnOfMissingCalendar(IReadOnlyList<RoutingCase> cases, DateTimeOffset now)
    {
        var doubtful = cases.Count(one => one.Referral is { State: ReferralState.Offered, ExpiresAt: { } end }
            && terms.Calendar.IsInDoubt(end, now));
        if (doubtful == 0)
            return;
        metrics.CalendarMissing(doubtful);
        LogCalendarMissing(doubtful);
    }

    [LoggerMessage(LogLevel.Error, "{Count} offers cannot lapse: their year's calendar is missing (calendar.missing).")]
    private partial void LogCalendarMissing(int count);

    // What came of it: steps into each state, decisions and reasons that say something new, and whose releases are to be
    // looked at.
    private sealed record Routed(
        IReadOnlyDictionary<string, int> Steps, int Decisions, int Reasons, IReadOnlyList<Guid> ToReview);
}
