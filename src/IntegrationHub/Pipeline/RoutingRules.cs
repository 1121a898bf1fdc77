using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Disclosure;
using IntegrationHub.Policy;
using IntegrationHub.Referrals;

namespace IntegrationHub.Pipeline;

/// <summary>All that a routing decision about one need rests on, apart from what is the same for every need.</summary>
internal sealed record RoutingCase
{
    public required KnownNeed Need { get; init; }
    public Referral? Referral { get; init; }
    public IReadOnlySet<string> Tried { get; init; } = new HashSet<string>();
    public SubjectFacts? Subject { get; init; }

    /// <summary>The categories the person and their household are recognised in.</summary>
    public IReadOnlyList<Recognition> Recognitions { get; init; } = [];
    public IReadOnlyList<ConsentEvent> Consents { get; init; } = [];

    /// <summary>How far the consents were read, by key of the person.</summary>
    public IReadOnlyDictionary<Guid, long> Read { get; init; } = new Dictionary<Guid, long>();

    /// <summary>The key that stands for the person: where two keys were joined, the need may bear the other.</summary>
    public Guid PersonKey
    {
        get => field == Guid.Empty ? Need.PersonKey : field;
        init;
    }

    /// <summary>True if the person may not be matched by a machine until someone has confirmed it (P18).</summary>
    public bool ObjectsToMatching { get; init; }

    /// <summary>Open needs of the same kind and person from other counties (scenario 10).</summary>
    public IReadOnlyList<OpenNeed> Doubles { get; init; } = [];

    /// <summary>What was released under the referral so far.</summary>
    public IReadOnlyList<ReleaseRow> Releases { get; init; } = [];
}

/// <summary>What is the same for every need of a page.</summary>
internal sealed record RoutingGround(IReadOnlyList<Organisation> Organisations, OfferTerms Terms, DateTimeOffset At)
{
    private readonly Dictionary<(IReadOnlyList<Organisation> Of, string Kind, string Division), Choice> _choices = [];

    public DateOnly Day { get; } = HubCalendar.DayOf(At);

    public PolicyPack? Policy { get; } = Terms.PolicyAt(At);

    /// <summary>How many more cases organisations can have open.</summary>
    public Room Room { get; init; } = new(Organisations, new Dictionary<string, long>());

    public Organisation? Find(string? uscc) => 
        uscc is null ? null : Organisations.FirstOrDefault(organisation => organisation.Uscc == uscc);

    /// <summary>Who may be asked about needs of a kind and place; the same for all of them, so it is found once.</summary>
    public Choice ChoiceFor(KnownNeed need)
    {
        var asked = (Organisations, need.Kind, need.Division);
        if (!_choices.TryGetValue(asked, out var choice))
        {
            choice = Router.ChoiceFor(need.Kind, need.Division, Organisations, Policy?.Routing.Levels ?? [], Day);
            _choices.Add(asked, choice);
        }

        return choice;
    }
}

/// <summary>
/// What is to be done about a need: steps of its referral, in order, the decisions they rest on, and why it went where it
/// went.
/// </summary>
internal sealed record RoutingOutcome(IReadOnlyList<ReferralStep> Steps, IReadOnlyList<DecisionRow> Decisions)
{
    public static readonly RoutingOutcome Nothing = new([], []);

    /// <summary>Null where nothing was chosen: the need is with an organisation, or over.</summary>
    public RoutingReason? Reason { get; init; }

    public RoutingOutcome With(ReferralStep? step, DecisionRow? decision) => this with
    {
        Steps = step is null ? Steps : [.. Steps, step],
        Decisions = decision is null ? Decisions : [.. Decisions, decision],
    };
}

/// <summary>The routing of one need, as a pure decision: cancel, withdraw, lapse, offer, or leave as it is.</summary>
internal static class RoutingRules
{
    private const string NeedClosed = "need.closed";
    private const string Lapsed = "referral.lapsed";
    private const string NoPolicy = "none";

    public static RoutingOutcome Decide(RoutingCase one, RoutingGround ground)
    {
        if (one.Referral is { } known && ReferralStates.IsFinal(known.State))
            return RoutingOutcome.Nothing;
        if (!one.Need.IsOpenOn(ground.Day))
            return Close(one.Referral);
        if (one.Referral is not { } live || !ReferralStates.HasOrganisation(live.State))
        {
            if (one.Doubles.Any(other => other.GoesBefore(one.Need)))
                return Hold(one, ReferralState.Draft, ReasonCode.NeedDouble, RoutingOutcome.Nothing);
            return Choose(one, ground, RoutingOutcome.Nothing);
        }

        var reviewed = Review(one, live, ground);
        return reviewed.Steps is [{ State: ReferralState.Lapsed or ReferralState.Ready }]
            ? Choose(one, ground, reviewed)
            : reviewed;
    }

    // Whether it may be referred at all comes before to whom (R40 to R44).
    private static RoutingOutcome Choose(RoutingCase one, RoutingGround ground, RoutingOutcome before)
    {
        var eligibility = EligibilityOf(one, ground);
        if (eligibility is Eligibility.Eligible eligible)
            return Offer(one, ground, before, eligible.Advice);
        var reason = ReasonOf(one, ground) with
        {
            Objection = eligibility.Objection,
            Predicate = eligibility switch
            {
                Eligibility.NotEligible not => not.Predicate,
                Eligibility.Waiting waiting => waiting.Predicate,
                _ => null,
            },
        };
        return Hold(one, ReferralState.Draft, eligibility.Objection, before) with { Reason = reason };
    }

    private static Eligibility EligibilityOf(RoutingCase one, RoutingGround ground) => ground.Policy is not { } policy
        ? new Eligibility.NotEligible(ReasonCode.PolicyMissing, NoPolicy)
        : EligibilityRules.Decide(
            policy, one.Need.Kind, FactsOfNeed.Of(one.Need, one.Subject?.BornOn, one.Recognitions, policy, ground.Day));

    private static RoutingReason ReasonOf(RoutingCase one, RoutingGround ground) => new()
    {
        ReferralId = one.Need.ReferralId,
        Attempt = one.Referral?.Attempt ?? 0,
        PolicyVersion = ground.Policy?.Version ?? NoPolicy,
    };

    private static RoutingOutcome Close(Referral? referral) => referral is null
        ? RoutingOutcome.Nothing
        : new RoutingOutcome([End(referral, ReferralState.Cancelled, NeedClosed)], []);

    // An organisation holds it: does the person still agree, may the organisation still receive, is there time left?
    private static RoutingOutcome Review(RoutingCase one, Referral live, RoutingGround ground)
    {
        var request = Request(one, ground.Find(live.Uscc), ground);
        var revoked = RevokedRelease(one, live, ground.At);
        var decision = revoked ?? DisclosureRules.Decide(request);
        var row = Row(one, live.Uscc ?? "", live.Attempt, decision) with
        {
            Facts = revoked is null ? DisclosureFacts.Of(request) : null,
        };
        if (EndsConsent(decision, live.State))
            return new RoutingOutcome([End(live, ReferralState.Withdrawn, decision.Reason)], [row]);

        var isUnreleased = live.State is ReferralState.Offered or ReferralState.Accepted;
        if (isUnreleased && ReasonCode.IsAboutRecipient(decision.Reason))
            return new RoutingOutcome([Reopen(live, decision.Reason)], [row]);
        // What the need was eligible by may have changed since; without any policy nobody can say so.
        if (isUnreleased && ground.Policy is not null && EligibilityOf(one, ground) is Eligibility.NotEligible not)
            return new RoutingOutcome([Reopen(live, not.Reason)], [row]);
        if (live.State == ReferralState.Offered
            && live.ExpiresAt is { } end && ground.Terms.Calendar.HasPassed(end, ground.At))
            return new RoutingOutcome([End(live, ReferralState.Lapsed, Lapsed)], [row]);
        return new RoutingOutcome([], [row]);
    }

    // The consent a release rested on may be gone while another still covers the anonymous offer (scenario 2).
    private static DisclosureDecision? RevokedRelease(RoutingCase one, Referral live, DateTimeOffset at)
    {
        if (one.Releases.LastOrDefault(release => release.Attempt == live.Attempt) is not { } release)
            return null;
        var consent = ConsentFold.Fold(one.Consents, at).FirstOrDefault(state => state.ConsentId == release.ConsentId);
        var reason = consent?.Standing switch
        {
            ConsentStanding.Withdrawn => ReasonCode.ConsentWithdrawn,
            ConsentStanding.Invalidated => ReasonCode.ConsentInvalidated,
            _ => null,
        };
        return reason is null ? null : new DisclosureDecision
        {
            Permitted = false,
            Reason = reason,
            ConsentId = release.ConsentId,
            ConsentSequence = consent?.Sequence,
            PolicyVersion = release.PolicyVersion,
        };
    }

    // A lapse of time or of guardianship stops further releases but revokes nothing: what was given stays lawful.
    private static bool EndsConsent(DisclosureDecision decision, string state) => decision.Reason switch
    {
        ReasonCode.ConsentGuardian or ReasonCode.ConsentNotYetValid => false,
        ReasonCode.ConsentExpired => state is ReferralState.Offered or ReferralState.Accepted,
        _ => ReasonCode.IsAboutConsent(decision.Reason),
    };

    // The first in order who has room and whom disclosure permits to be told.
    private static RoutingOutcome Offer(
        RoutingCase one, RoutingGround ground, RoutingOutcome before, IReadOnlyList<string> advice)
    {
        var attempt = (one.Referral?.Attempt ?? 0) + 1;
        var choice = ground.ChoiceFor(one.Need);
        var refused = new List<PassedOver>();
        DecisionRow? refusal = null;
        foreach (var candidate in Router.InOrder(choice, one.Need.ReferralId))
        {
            if (ObjectionTo(candidate, one, before, ground) is { } objection)
            {
                refused.Add(new PassedOver(candidate.Uscc, objection));
                continue;
            }

            var request = Request(one, candidate, ground);
            var row = Row(one, candidate.Uscc, attempt, DisclosureRules.Decide(request)) with
            {
                Facts = DisclosureFacts.Of(request),
            };
            if (row.Decision.Permitted)
            {
                return before.With(OfferTo(one, candidate, attempt, ground), row) with
                {
                    Reason = Why(attempt, candidate.Uscc),
                };
            }

            refused.Add(new PassedOver(candidate.Uscc, row.Decision.Reason));
            refusal ??= row;
        }

        return Wait(one, refusal, before) with { Reason = Why(attempt - 1, null) };

        RoutingReason Why(int number, string? chosen) => ReasonOf(one, ground) with
        {
            Attempt = number,
            Advice = advice,
            Chosen = chosen,
            Refused = refused,
            Choice = choice,
        };
    }

    private static string? ObjectionTo(
        Organisation candidate, RoutingCase one, RoutingOutcome before, RoutingGround ground) =>
        one.Tried.Contains(candidate.Uscc) ? ReasonCode.RecipientTried
        : ground.Room.IsFull(candidate.Uscc) && !HadIt(candidate, one, before) ? ReasonCode.RecipientCapacity
        : null;

    // Its own case that it gives back in this very step leaves room.
    private static bool HadIt(Organisation candidate, RoutingCase one, RoutingOutcome before) =>
        before.Steps.Count > 0 && one.Referral?.Uscc == candidate.Uscc;

    private static RoutingOutcome Wait(RoutingCase one, DecisionRow? refused, RoutingOutcome before)
    {
        var reason = refused?.Decision.Reason;
        var state = reason is null ? ReferralState.Ready
            : ReasonCode.IsAboutConsent(reason) ? ReferralState.AwaitConsent
            : ReferralState.Draft;
        return Hold(one, state, reason, before).With(null, refused);
    }

    private static RoutingOutcome Hold(RoutingCase one, string state, string? reason, RoutingOutcome before)
    {
        var from = before.Steps is [.., var last] ? last.State : one.Referral?.State;
        var isThere = from == state && (state == ReferralState.Ready || one.Referral?.Reason == reason);
        var step = new ReferralStep
        {
            State = state,
            Attempt = one.Referral?.Attempt ?? 0,
            Reason = reason,
            Mover = ReferralMover.Hub,
        };
        return before.With(isThere ? null : step, null);
    }

    private static ReferralStep OfferTo(RoutingCase one, Organisation candidate, int attempt, RoutingGround ground) => new()
    {
        State = ReferralState.Offered,
        Attempt = attempt,
        Uscc = candidate.Uscc,
        ExpiresAt = ground.Terms.ExpiryOf(ground.At, ground.Policy!, one.Need.Kind), // disclosure permits nothing without a policy
        Mover = ReferralMover.Hub,
    };

    private static ReferralStep End(Referral from, string state, string reason) => new()
    {
        State = state,
        Attempt = from.Attempt,
        Uscc = from.Uscc,
        Reason = reason,
        Mover = state == ReferralState.Cancelled ? ReferralMover.CivilAffairs : ReferralMover.Hub,
        AttemptState = ReferralStates.HasOrganisation(from.State) ? state : null,
    };

    /// <summary>Takes a referral back from an organisation that may not receive any more (scenario 13).</summary>
    internal static ReferralStep Reopen(Referral from, string reason) => new()
    {
        State = ReferralState.Ready,
        Attempt = from.Attempt,
        Uscc = from.Uscc,
        Reason = reason,
        Mover = ReferralMover.Hub,
        AttemptState = ReferralState.Cancelled,
    };

    private static DisclosureRequest Request(RoutingCase one, Organisation? recipient, RoutingGround ground) => new()
    {
        Step = DisclosureStep.Offer,
        Subject = one.Subject,
        Recipient = recipient,
        Consents = one.Consents,
        Read = one.Read,
        ObjectsToMatching = one.ObjectsToMatching,
        Purpose = one.Need.Kind,
        Division = one.Need.Division,
        Policy = ground.Policy,
        At = ground.At,
    };

    private static DecisionRow Row(RoutingCase one, string uscc, int attempt, DisclosureDecision decision) => new()
    {
        Step = DisclosureStep.Offer,
        ReferralId = one.Need.ReferralId,
        Attempt = attempt,
        PersonKey = one.PersonKey,
        Uscc = uscc,
        Purpose = one.Need.Kind,
        Decision = decision,
    };
}
