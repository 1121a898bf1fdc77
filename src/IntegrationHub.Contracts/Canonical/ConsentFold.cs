using System.Text.Json;

namespace IntegrationHub.Contracts.Canonical;

/// <summary>
/// Folds the events of a person's consents into what each consent covers at one instant. Order of arrival and
/// repetition make no difference. Whatever ends a consent also ends every grant with the same or a lower sequence,
/// whenever that grant arrives (scenarios 4, 5); after an end only a later grant with evidence not seen before opens
/// it again.
/// </summary>
public static class ConsentFold
{
    /// <summary>
    /// One state per consent id among the events in effect at the instant, ordered by id. Later events are not seen.
    /// </summary>
    public static IReadOnlyList<ConsentState> Fold(IEnumerable<ConsentEvent> events, DateTimeOffset at) =>
    [
        .. events
            .Where(told => told.EffectiveAt <= at)
            .GroupBy(told => told.ConsentId, StringComparer.Ordinal)
            .OrderBy(consent => consent.Key, StringComparer.Ordinal)
            .Select(FoldOne),
    ];

    private static ConsentState FoldOne(IGrouping<string, ConsentEvent> consent)
    {
        var state = new ConsentState { ConsentId = consent.Key, Sequence = 0, Standing = ConsentStanding.NotGiven };
        var evidence = new HashSet<string>(StringComparer.Ordinal);
        foreach (var told in consent.GroupBy(one => one.Sequence).OrderBy(one => one.Key))
            state = Apply(state, TellingsOf(told), evidence);
        return state;
    }

    // The different ways one sequence was told, in an order that does not depend on how they came.
    private static List<ConsentEvent> TellingsOf(IEnumerable<ConsentEvent> told)
    {
        var all = told.ToList();
        return all.Count == 1 ? all
            : [.. all.DistinctBy(TextOf, StringComparer.Ordinal).OrderBy(TextOf, StringComparer.Ordinal)];
    }

    private static string TextOf(ConsentEvent told) =>
        JsonSerializer.Serialize(told with { EffectiveAt = told.EffectiveAt.ToUniversalTime() });

    private static ConsentState Apply(ConsentState state, List<ConsentEvent> told, HashSet<string> evidence)
    {
        var contradicted = state.IsContradicted || told.Count > 1;
        if (EndOf(told) is { } end)
        {
            evidence.UnionWith(told.Select(one => one.EvidenceHash).OfType<string>());
            return state with
            {
                Standing = end,
                Sequence = told[0].Sequence,
                ChangedAt = told.Max(one => one.EffectiveAt),
                IsContradicted = contradicted,
                Ends = [.. state.Ends, .. EndsIn(state, told)],
            };
        }

        return told[0].Type switch
        {
            ConsentEventType.Given => Grant(state, told[0], evidence),
            ConsentEventType.Narrowed when state.Standing == ConsentStanding.Active => Narrow(state, told[0]),
            ConsentEventType.Renewed when state.Standing == ConsentStanding.Active => Extend(state, told[0]),
            _ => state,
        };
    }

    // One sequence told in two ways is a contradiction, and a contradiction grants nothing.
    private static ConsentStanding? EndOf(List<ConsentEvent> told) =>
        told.Max(one => StandingAfter(one.Type)) ?? (told.Count > 1 ? ConsentStanding.Invalidated : null);

    private static IEnumerable<ConsentEnd> EndsIn(ConsentState state, List<ConsentEvent> told) =>
        from one in told
        let standing = StandingAfter(one.Type)
        where standing is not null
        select new ConsentEnd(
            standing.Value,
            one.Capacity == ConsentCapacity.Guardian || state.Capacity == ConsentCapacity.Guardian,
            (one.CapacityEvidence ?? state.CapacityEvidence) is not null,
            one.GivenBy ?? state.GivenBy,
            one.EffectiveAt,
            new ConsentScope
            {
                Purposes = one.Purposes,
                RecipientClass = one.RecipientClass,
                Recipients = one.Recipients,
                Actions = one.Actions,
            });

    private static ConsentStanding? StandingAfter(ConsentEventType type) => type switch
    {
        ConsentEventType.Withdrawn => ConsentStanding.Withdrawn,
        ConsentEventType.Expired => ConsentStanding.Expired,
        ConsentEventType.GuardianLapsed => ConsentStanding.GuardianLapsed,
        ConsentEventType.Given or ConsentEventType.Narrowed or ConsentEventType.Renewed => null,
        _ => ConsentStanding.Invalidated,
    };

    private static ConsentState Grant(ConsentState state, ConsentEvent given, HashSet<string> evidence)
    {
        var isNew = given.EvidenceHash is { } hash && evidence.Add(hash);
        if (state.Standing != ConsentStanding.NotGiven && !isNew)
            return state;
        return new ConsentState
        {
            ConsentId = given.ConsentId,
            Sequence = given.Sequence,
            Standing = ConsentStanding.Active,
            ChangedAt = given.EffectiveAt,
            Ends = state.Ends,
            IsContradicted = state.IsContradicted,
            Capacity = given.Capacity,
            GivenAt = given.EffectiveAt,
            GivenBy = given.GivenBy,
            CapacityEvidence = given.CapacityEvidence,
            EvidenceHash = given.EvidenceHash,
            LawfulBasis = given.LawfulBasis,
            Method = given.Method,
            NoticeId = given.NoticeId,
            NoticeVersion = given.NoticeVersion,
            NoticeHash = given.NoticeHash,
            Purposes = given.Purposes,
            Items = given.Items,
            RecipientClass = given.RecipientClass,
            Recipients = given.Recipients,
            Actions = given.Actions,
            Sensitive = given.Sensitive,
            Provide = given.Provide,
            ValidFrom = given.ValidFrom,
            ValidTo = given.ValidTo,
        };
    }

    private static ConsentState Narrow(ConsentState state, ConsentEvent narrowed) => state with
    {
        Sequence = narrowed.Sequence,
        ChangedAt = narrowed.EffectiveAt,
        Purposes = Common(state.Purposes, narrowed.Purposes),
        Items = Common(state.Items, narrowed.Items),
        RecipientClass = state.RecipientClass == narrowed.RecipientClass ? state.RecipientClass : null,
        Recipients = Common(state.Recipients, narrowed.Recipients),
        Actions = Common(state.Actions, narrowed.Actions),
        Sensitive = state.Sensitive && narrowed.Sensitive,
        Provide = state.Provide && narrowed.Provide,
        ValidFrom = narrowed.ValidFrom > state.ValidFrom ? narrowed.ValidFrom : state.ValidFrom ?? narrowed.ValidFrom,
        ValidTo = narrowed.ValidTo < state.ValidTo ? narrowed.ValidTo : state.ValidTo ?? narrowed.ValidTo,
    };

    // A renewal moves the end and nothing else: a changed notice never upgrades what was agreed before it (P9).
    private static ConsentState Extend(ConsentState state, ConsentEvent renewed) => state with
    {
        Sequence = renewed.Sequence,
        ChangedAt = renewed.EffectiveAt,
        ValidTo = renewed.ValidTo > state.ValidTo ? renewed.ValidTo : state.ValidTo,
    };

    private static IReadOnlyList<string> Common(IReadOnlyList<string> one, IReadOnlyList<string> other) =>
        [.. one.Where(value => other.Contains(value, StringComparer.Ordinal))];
}
