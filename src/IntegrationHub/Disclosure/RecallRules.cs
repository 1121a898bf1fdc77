using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Policy;

namespace IntegrationHub.Disclosure;

/// <summary>Which items a recipient is to delete, and why.</summary>
public sealed record RecallOrder(IReadOnlyList<string> Items, string Reason);

/// <summary>Why something is recalled (contracts/events/recall.issued.schema.json).</summary>
public static class RecallReason
{
    public const string Withdrawn = "CONSENT_WITHDRAWN";
    public const string Narrowed = "CONSENT_NARROWED";
    public const string Invalidated = "CONSENT_INVALIDATED";
    public const string InError = "RELEASED_IN_ERROR";
}

/// <summary>
/// What of a release must be called back (P7, scenario 2). A withdrawal or an invalid consent calls back all of it, a
/// narrowing what it dropped. A lapse of time or of guardianship ends further releases and revokes nothing (scenario 8).
/// </summary>
internal static class RecallRules
{
    /// <summary>What is to be recalled now, or null.</summary>
    /// <param name="release">What was given.</param>
    /// <param name="consents">The consent events of whoever's consent it rested on.</param>
    /// <param name="recalled">Items of it that were recalled before; none is recalled twice.</param>
    /// <param name="policy">Says which purposes are within which.</param>
    /// <param name="at">Now.</param>
    public static RecallOrder? Decide(
        ReleaseRow release, IEnumerable<ConsentEvent> consents, IReadOnlyCollection<string> recalled, PolicyPack? policy,
        DateTimeOffset at)
    {
        var consent = ConsentFold.Fold(consents.Where(told => told.ConsentId == release.ConsentId), at).SingleOrDefault();
        var order = consent?.Standing switch
        {
            ConsentStanding.Withdrawn => new RecallOrder(release.Items, RecallReason.Withdrawn),
            ConsentStanding.Invalidated => new RecallOrder(release.Items, RecallReason.Invalidated),
            ConsentStanding.Active => new RecallOrder(Dropped(release, consent, policy), RecallReason.Narrowed),
            _ => new RecallOrder([], ""),
        };
        var items = order.Items.Except(recalled, StringComparer.Ordinal).ToList();
        return items.Count == 0 ? null : order with { Items = items };
    }

    /// <summary>
    /// The same for what a release told of another of the household by their own consent: their part goes as a whole.
    /// </summary>
    public static RecallOrder? DecideMember(
        ReleaseRow release, MemberPermit member, IEnumerable<ConsentEvent> consents,
        IReadOnlyCollection<string> recalled, PolicyPack? policy, DateTimeOffset at)
    {
        var told = release with { ConsentId = member.ConsentId, Items = member.Items };
        return !recalled.Contains(DataItems.Household) && Decide(told, consents, [], policy, at) is { } order
            ? order with { Items = [DataItems.Household] }
            : null;
    }

    // What the consent does not cover any more, apart from time and guardianship.
    private static IReadOnlyList<string> Dropped(ReleaseRow release, ConsentState consent, PolicyPack? policy)
    {
        var isNamed = consent.Provide
            && consent.Recipients.Contains(release.Uscc, StringComparer.Ordinal)
            && consent.Purposes.Any(purpose => purpose == release.Purpose || policy?.Covers(purpose, release.Purpose) == true)
            && consent.Actions.Contains(ConsentAction.Detail, StringComparer.Ordinal);
        return isNamed ? [.. release.Items.Where(item => !Covers(consent, item))] : release.Items;
    }

    private static bool Covers(ConsentState consent, string item) =>
        consent.Items.Contains(item, StringComparer.Ordinal)
        && (consent.Sensitive || !DataItems.Sensitive.Contains(item));
}
