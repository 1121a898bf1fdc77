using IntegrationHub.Contracts.Canonical;

namespace IntegrationHub.Consent;

/// <summary>Who wrote an entry of the ledger.</summary>
public static class ConsentOrigin
{
    public const string Source = "SOURCE";

    /// <summary>The hub's own consent desk.</summary>
    public const string Desk = "DESK";

    /// <summary>
    /// The passing of time: says that a consent expired or a guardianship ended, so that it is told once. No decision
    /// rests on it, because validity and age are asked for whenever one is made.
    /// </summary>
    public const string Clock = "CLOCK";
}

/// <summary>An event as it stands in the ledger.</summary>
public sealed record LedgerEntry
{
    public required Guid PersonKey { get; init; }
    public required ConsentEvent Event { get; init; }

    /// <summary>Grows for one person in the order of commits.</summary>
    public required long Number { get; init; }
    public required string Origin { get; init; }
    public required DateTimeOffset RecordedAt { get; init; }

    /// <summary>Other people the same consent was told of, and since when: it can be only one person's.</summary>
    public IReadOnlyList<(Guid PersonKey, DateTimeOffset Since)> ToldOfOthers { get; init; } = [];
}
