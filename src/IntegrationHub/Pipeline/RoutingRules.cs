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
    public DateOnly Day { get; } = HubCalendar.DayOf(At);

    public PolicyPack? Policy { get; } = Terms.PolicyAt(At);
}

/// <summary>What is to be done about a need: steps of its referral, in order, and the decisions they rest on.</summary>
internal sealed record RoutingOutcome(IReadOnlyList<ReferralStep> Steps, IReadOnlyList<DecisionRow> Decisions)
{
    public static readonly RoutingOutcome Nothing = new([], []);

    public RoutingOutcome With(ReferralStep? step, DecisionRow? decision) => new(
        step is null ? Steps : [.. Steps, step], decision is null ? Decisions : [.. Decisions, decision]);
}

/// <summary>The routing of one need, as a pure decision: cancel, withdraw, lapse, offer, or leave as it is.</summary>
internal static class RoutingRules
{
    private const string NeedClosed = "need.closed";
    private const string Lapsed = "referral.lapsed";

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
            return Offer(one, ground, RoutingOutcome.Nothing);
        }

        var reviewed = Review(one, live, ground);
        return reviewed.Steps is [{ State: ReferralState.Lapsed or ReferralState.Ready }]
            ? Offer(one, ground, reviewed)
            : reviewed;
    }

    private static RoutingOutcome Close(Referral? referral) => referral is null
        ? RoutingOutcome.Nothing
        : new RoutingOutcome([End(referral, ReferralState.Cancelled, NeedClosed)], []);

    // An organisation holds it: does the person still agree, may the organisation still receive, is there time left?
    private static RoutingOutcome Review(RoutingCase one, Referral live, RoutingGround ground)
    {
        var holder = ground.Organisations.FirstOrDefault(organisation => organisation.Uscc == live.Uscc);
        var request = Request(one, holder, ground);
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

    // The first candidate, in order of rank, that disclosure permits to be told.
    private static RoutingOutcome Offer(RoutingCase one, RoutingGround ground, RoutingOutcome before)
    {
        var attempt = (one.Referral?.Attempt ?? 0) + 1;
        DecisionRow? refused = null;
        foreach (var candidate in Router.Rank(one.Need, ground.Organisations, one.Tried, ground.At).Candidates)
        {
            var request = Request(one, candidate, ground);
            var row = Row(one, candidate.Uscc, attempt, DisclosureRules.Decide(request)) with
            {
                Facts = DisclosureFacts.Of(request),
            };
            if (row.Decision.Permitted)
                return before.With(OfferTo(candidate, attempt, ground), row);
            refused ??= row;
        }

        return Wait(one, refused, before);
    }

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

    private static ReferralStep OfferTo(Organisation candidate, int attempt, RoutingGround ground) => new()
    {
        State = ReferralState.Offered,
        Attempt = attempt,
        Uscc = candidate.Uscc,
        ExpiresAt = ground.Terms.ExpiryOf(ground.At, ground.Policy!), // disclosure permits nothing without a policy
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
