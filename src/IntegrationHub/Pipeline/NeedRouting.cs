using IntegrationHub.Audit;
using IntegrationHub.Consent;
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
        var needs = await NeedBook.ToRoute(work, message.AfterNeedId, PageSize, cancellationToken);
        var routed = await Settle(work, needs, now, cancellationToken);
        if (routed.ToReview.Count > 0)
            await outbox.Send(work, new PeopleChanged { PersonKeys = routed.ToReview }, cancellationToken);
        await GoOn(work, message, needs, now, cancellationToken);
        var page = new
        {
            after = message.AfterNeedId,
            needs = needs.Count,
            steps = routed.Steps,
            decisions = routed.Decisions,
            policyVersion = terms.PolicyAt(time.GetUtcNow())?.Version,
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
            policyVersion = terms.PolicyAt(time.GetUtcNow())?.Version,
        };
        await AuditLog.Append(work, new AuditFact(Actor, "routing.review", "routing", review), time, cancellationToken);
    }

    // Locks are taken in one order, referrals by id and then the audit chain: a review never deadlocks with a page.
    private async Task<Routed> Settle(
        HubTransaction work, IReadOnlyList<KnownNeed> needs, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var ground = new RoutingGround(await OrganisationDirectory.All(work, cancellationToken), terms, now);
        var cases = await Load(work, needs, cancellationToken);
        var decided = cases
            .OrderByDescending(one => ground.Policy?.IsUrgent(one.Need.Hardship) ?? false) // told first, nothing else (R05)
            .Select(one => (Case: one, Outcome: RoutingRules.Decide(one, ground)))
            .ToList();
        WarnOfMissingCalendar(cases, now);

        await SetPriorities(work, needs, ground.Policy, cancellationToken);
        var changes = decided
            .Where(one => one.Outcome.Steps.Count > 0)
            .Select(one => (one.Case, Change: ChangeOf(one.Case, one.Outcome)))
            .ToList();
        await ReferralStore.Save(work, changes.ConvertAll(one => one.Change), now, cancellationToken);
        var stored = await StoreDecisions(work, [.. decided.Select(one => one.Outcome)], now, cancellationToken);
        await Tell(work, changes, now, cancellationToken);
        return new Routed(
            changes.SelectMany(one => one.Change.Steps).CountBy(step => step.State)
                .OrderBy(state => state.Key, StringComparer.Ordinal).ToDictionary(),
            stored,
            [
                .. changes
                    .Where(one => one.Case.Releases.Count > 0
                        && one.Change.Steps.Any(step => step.State == ReferralState.Withdrawn))
                    .Select(one => one.Case.PersonKey).Distinct(),
            ]);
    }

    private static async Task<List<RoutingCase>> Load(
        HubTransaction work, IReadOnlyList<KnownNeed> needs, CancellationToken cancellationToken)
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
        Guid[] keys = [.. persons.Values.SelectMany(person => person.Keys).Distinct()];
        var consents = await ConsentLedger.EventsOf(work, keys, cancellationToken);
        var others = await NeedBook.OpenOf(work, keys, cancellationToken);
        var ofPerson = others.ToLookup(other => other.Need.PersonKey);
        return
        [
            .. needs.Select(need => new RoutingCase
            {
                Need = need,
                Referral = referrals.GetValueOrDefault(need.NeedId),
                Tried = tried[need.ReferralId].ToHashSet(StringComparer.Ordinal),
                PersonKey = persons[need.PersonKey].PersonKey,
                Subject = facts.GetValueOrDefault(persons[need.PersonKey].PersonKey),
                Consents = [.. persons[need.PersonKey].Keys.SelectMany(key => consents.GetValueOrDefault(key) ?? [])],
                Doubles = [.. persons[need.PersonKey].Keys.SelectMany(key => ofPerson[key]).Where(other => other.IsDoubleOf(need))],
                Releases = [.. releases[need.ReferralId]],
            }),
        ];
    }

    private static async Task SetPriorities(
        HubTransaction work, IReadOnlyList<KnownNeed> needs, PolicyPack? policy, CancellationToken cancellationToken)
    {
        if (policy is null)
            return;
        var priorities = needs.Select(need => (need.NeedId, need.Priority, Now: OfferTerms.PriorityOf(need, policy)));
        foreach (var changed in priorities.Where(one => one.Priority != one.Now).GroupBy(one => one.Now))
            await NeedBook.SetPriority(work, [.. changed.Select(need => need.NeedId)], changed.Key, cancellationToken);
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
        HubTransaction work, IReadOnlyList<(RoutingCase Case, ReferralChange Change)> changes, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var events = changes.SelectMany(one => EventsOf(one.Case, one.Change, now)).ToList();
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
                    var reason = step.State == ReferralState.Cancelled ? "NEED_CLOSED" : "ORGANISATION_STATUS";
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
            await outbox.Send(work, message with { AfterNeedId = needs[^1].NeedId }, cancellationToken);
        else if (message.RunId is { } runId)
            await RunStore.Complete(work, runId, now, cancellationToken);
    }

    private static ReferralChange ChangeOf(RoutingCase one, RoutingOutcome outcome) =>
        new(one.Need.ReferralId, one.Need.NeedId, one.Referral, outcome.Steps, Actor);

    private void WarnOfMissingCalendar(IReadOnlyList<RoutingCase> cases, DateTimeOffset now)
    {
        var doubtful = cases.Count(one => one.Referral is { State: ReferralState.Offered, ExpiresAt: { } end }
            && terms.Calendar.IsInDoubt(end, now));
        if (doubtful > 0)
            LogCalendarMissing(doubtful);
    }

    [LoggerMessage(LogLevel.Error, "{Count} offers cannot lapse: their year's calendar is missing (calendar.missing).")]
    private partial void LogCalendarMissing(int count);

    // What came of it: steps into each state, decisions that say something new, and whose releases are to be looked at.
    private sealed record Routed(
        IReadOnlyDictionary<string, int> Steps, int Decisions, IReadOnlyList<Guid> ToReview);
}
