namespace IntegrationHub.Referrals;

/// <summary>A referral as it stands: one per need, with the attempt that is running or ran last.</summary>
public sealed record Referral
{
    public required Guid ReferralId { get; init; }
    public required Guid NeedId { get; init; }
    public required string State { get; init; }

    /// <summary>Grows with every change of state; a writer that expects another one has lost a race.</summary>
    public required int Version { get; init; }

    /// <summary>Number of the last offer made; 0 before the first.</summary>
    public required int Attempt { get; init; }

    /// <summary>The organisation of that attempt, while the state has anything to do with it.</summary>
    public string? Uscc { get; init; }

    /// <summary>Why it stands where it stands: a reason code.</summary>
    public string? Reason { get; init; }
    public DateTimeOffset? ExpiresAt { get; init; }
    public DateTimeOffset ChangedAt { get; init; }
}

/// <summary>One offer of a referral to one organisation, and what became of it.</summary>
public sealed record ReferralAttempt
{
    public required Guid ReferralId { get; init; }
    public required int Attempt { get; init; }
    public required string Uscc { get; init; }
    public required string State { get; init; }
    public required DateTimeOffset OfferedAt { get; init; }
    public required DateTimeOffset ExpiresAt { get; init; }
    public string? Reason { get; init; }
}

/// <summary>
/// A step to take: the state it leads to and, where the attempt ends otherwise than the referral, the attempt's own
/// state.
/// </summary>
public sealed record ReferralStep
{
    public required string State { get; init; }
    public required int Attempt { get; init; }
    public string? Uscc { get; init; }
    public string? Reason { get; init; }

    /// <summary>Until when an offer can be answered; only for a step to OFFERED.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }
    public required ReferralMover Mover { get; init; }

    /// <summary>
    /// State the attempt ends in; null when the step leaves the attempt alone or the attempt follows the referral.
    /// </summary>
    public string? AttemptState { get; init; }
}

/// <summary>
/// The steps one referral takes in one transaction, from the referral as it was read; null for a referral that begins.
/// </summary>
public sealed record ReferralChange(
    Guid ReferralId, Guid NeedId, Referral? From, IReadOnlyList<ReferralStep> Steps, string Actor)
{
    /// <summary>The version it will have.</summary>
    public int VersionAfter => (From?.Version ?? 0) + Steps.Count;
}
