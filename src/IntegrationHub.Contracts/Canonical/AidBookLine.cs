namespace IntegrationHub.Contracts.Canonical;

/// <summary>One charity aid as the hub's book has it, with what a comparison with other books asks of it.</summary>
public sealed record AidBookLine
{
    public required string AidId { get; init; }
    public required string Uscc { get; init; }

    /// <summary>CNY; null when the aid is not money.</summary>
    public decimal? Amount { get; init; }

    /// <summary><see cref="AidFieldHash"/> of the state the hub holds.</summary>
    public required string FieldHash { get; init; }

    /// <summary>Only aid under a referral is told to the civil affairs side.</summary>
    public required bool HasReferral { get; init; }
    public required DateTimeOffset RecordedAt { get; init; }

    /// <summary>When the civil affairs side was told this very version; null when it was not yet.</summary>
    public DateTimeOffset? ReportedAt { get; init; }
}
