using IntegrationHub.Contracts.Canonical;

namespace IntegrationHub.Disclosure;

/// <summary>The answer to a disclosure request, with all it rested on. Stored for permits and refusals alike.</summary>
public sealed record DisclosureDecision
{
    public required bool Permitted { get; init; }

    /// <summary>A <see cref="ReasonCode"/>; <c>permit</c> when permitted.</summary>
    public required string Reason { get; init; }

    /// <summary>
    /// The items that may leave, in the order of <see cref="DataItems.All"/>; empty for an offer and for a refusal.
    /// </summary>
    public IReadOnlyList<string> Effective { get; init; } = [];

    /// <summary>The consent that permitted, or the one that came nearest to it.</summary>
    public string? ConsentId { get; init; }
    public int? ConsentSequence { get; init; }

    /// <summary>The others of the household who may be told about, each by their own consent (P20).</summary>
    public IReadOnlyList<MemberPermit> Members { get; init; } = [];

    /// <summary>How many of the household may not: they appear as a number and nothing else.</summary>
    public int Others { get; init; }

    /// <summary>Version of the rules applied, or <c>none</c>.</summary>
    public required string PolicyVersion { get; init; }

    /// <summary>The same decision turned into a refusal, because nothing it permitted exists.</summary>
    internal DisclosureDecision Refuse(string reason) =>
        this with { Permitted = false, Reason = reason, Effective = [], Members = [], Others = 0 };
}

/// <summary>One member of a household who may be told about: the items, and the consent that covers them.</summary>
public sealed record MemberPermit(
    Guid PersonKey, string? Relation, IReadOnlyList<string> Items, string ConsentId, int ConsentSequence);
