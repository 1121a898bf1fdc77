namespace IntegrationHub.Reconciliation;

/// <summary>A partner's book as it was read.</summary>
public sealed record BookReading
{
    public required string Source { get; init; }
    public required BookRole Role { get; init; }

    /// <summary>Hub time just before the reading began: what came later may or may not be in it.</summary>
    public required DateTimeOffset ReadAt { get; init; }

    /// <summary>Aid id to field hash.</summary>
    public required IReadOnlyDictionary<string, string> Hashes { get; init; }
    public BookTotals? Totals { get; init; }

    /// <summary>The places of the tree this is the reading of, since all others agree; null for the whole book.</summary>
    public IReadOnlyList<string>? Within { get; init; }

    /// <summary>Places of the tree that were asked about.</summary>
    public long NodesRead { get; init; }
}
