using IntegrationHub.Consent;
using IntegrationHub.Contracts.Canonical;

namespace IntegrationHub.Pipeline;

/// <summary>Everything on record about one person's consents, for an official to read to the person.</summary>
public sealed record ConsentSheet
{
    public required Guid PersonKey { get; init; }
    public required DateTimeOffset AsOf { get; init; }
    public required IReadOnlyList<ConsentView> Consents { get; init; }

    /// <summary>The newest word about matching by machine; null if nobody said anything (P18).</summary>
    public MatchingWord? Matching { get; init; }
}

/// <summary>One consent: how it stands, what it covers, and the events it is folded from.</summary>
/// <param name="State">What it covers now.</param>
/// <param name="Contradictions">Sequences that were told in more than one way; they grant nothing.</param>
/// <param name="IsToldOfOthers">True if a source told the same consent of another person too.</param>
/// <param name="Entries">Its entries, by sequence.</param>
public sealed record ConsentView(
    ConsentState State, IReadOnlyList<int> Contradictions, bool IsToldOfOthers, IReadOnlyList<LedgerEntry> Entries);

/// <summary>Who withdraws which consent: one by its id, or all that a person has given.</summary>
public sealed record WithdrawalOrder
{
    public string? ConsentId { get; init; }
    public Guid? PersonKey { get; init; }
    public required string By { get; init; }

    /// <summary>Why, without personal data.</summary>
    public required string Reason { get; init; }
}

/// <summary>What a withdrawal came to.</summary>
/// <param name="Withdrawn">The consents that ended now, with the sequence of their end.</param>
/// <param name="EndedBefore">Those that had ended already.</param>
/// <param name="At">When it took effect.</param>
public sealed record WithdrawalOutcome(
    IReadOnlyList<WithdrawnConsent> Withdrawn, IReadOnlyList<string> EndedBefore, DateTimeOffset At);

/// <summary>A consent that was withdrawn at the desk.</summary>
public sealed record WithdrawnConsent(string ConsentId, int Sequence);
