using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Policy;

namespace IntegrationHub.Disclosure;

/// <summary>How far a disclosure goes: an anonymous offer, or identity (P1).</summary>
public enum DisclosureStep
{
    /// <summary>Tell an organisation that there is a need. Never releases an item.</summary>
    Offer,

    /// <summary>Release items of identity to the organisation that accepted.</summary>
    Claim,
}

/// <summary>
/// Everything a disclosure decision rests on. What is missing is missing on purpose: absence is refused, not skipped.
/// </summary>
public sealed record DisclosureRequest
{
    public required DisclosureStep Step { get; init; }
    public required SubjectFacts? Subject { get; init; }
    public required Organisation? Recipient { get; init; }

    /// <summary>The person's consent events, in any order; folded as of <see cref="At"/>.</summary>
    public required IReadOnlyList<ConsentEvent> Consents { get; init; }

    /// <summary>How far <see cref="Consents"/> was read, by key of the person: what a replay reads again.</summary>
    public IReadOnlyDictionary<Guid, long> Read { get; init; } = new Dictionary<Guid, long>();

    /// <summary>True if the person objected to being matched by a machine and nobody has confirmed it since (P18).</summary>
    public bool ObjectsToMatching { get; init; }

    /// <summary>The subject's relation to the head of the household: told with the household, decides nothing.</summary>
    public string? Relation { get; init; }

    /// <summary>The others of the household, each with their own consents (P20); a claim asks about them, nothing else.</summary>
    public IReadOnlyList<HouseholdMember> Members { get; init; } = [];

    /// <summary>The need kind the items are for.</summary>
    public required string Purpose { get; init; }

    /// <summary>Division of the need.</summary>
    public required string Division { get; init; }

    /// <summary>The items asked for; an offer asks for none.</summary>
    public IReadOnlyList<string> Items { get; init; } = [];
    public required PolicyPack? Policy { get; init; }

    /// <summary>Why the need may not be referred now, by the policy and its facts of this moment; null when it may.</summary>
    public string? NeedObjection { get; init; }
    public required DateTimeOffset At { get; init; }
}

/// <summary>Someone who lives with the subject.</summary>
/// <param name="Subject">The member, as a subject of their own.</param>
/// <param name="Relation">Relation to the head, a code of <c>relation.csv</c>.</param>
/// <param name="Consents">The member's own consent events: nobody else's covers them.</param>
public sealed record HouseholdMember(SubjectFacts Subject, string? Relation, IReadOnlyList<ConsentEvent> Consents)
{
    /// <summary>How far the consents were read, by key of the member.</summary>
    public IReadOnlyDictionary<Guid, long> Read { get; init; } = new Dictionary<Guid, long>();
}
