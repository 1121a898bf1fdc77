namespace IntegrationHub.Contracts.Canonical;

/// <summary>How a consent stands after its events.</summary>
public enum ConsentStanding
{
    /// <summary>Events speak of it, but none of them gave it.</summary>
    NotGiven,
    Active,
    Expired,
    GuardianLapsed,
    Withdrawn,
    Invalidated,
}

/// <summary>
/// What a consent covers at one instant. A consent that has ended keeps what it covered, so that a refusal can name the
/// consent that would have permitted; only <see cref="ConsentStanding.Active"/> permits anything.
/// </summary>
public sealed record ConsentState
{
    public required string ConsentId { get; init; }

    /// <summary>Sequence of the last event that changed it: with the id, what a decision rested on.</summary>
    public required int Sequence { get; init; }
    public required ConsentStanding Standing { get; init; }

    /// <summary>When that event took effect.</summary>
    public DateTimeOffset ChangedAt { get; init; }
    public ConsentCapacity Capacity { get; init; } = ConsentCapacity.Self;
    public IReadOnlyList<string> Purposes { get; init; } = [];
    public IReadOnlyList<string> Items { get; init; } = [];
    public string? RecipientClass { get; init; }
    public IReadOnlyList<string> Recipients { get; init; } = [];
    public IReadOnlyList<string> Actions { get; init; } = [];
    public bool Sensitive { get; init; }
    public bool Provide { get; init; }

    /// <summary>First day it is valid on, in Asia/Shanghai; null when it is valid from its first event.</summary>
    public DateOnly? ValidFrom { get; init; }

    /// <summary>Last day it is valid on (inclusive), in Asia/Shanghai; null when no end was agreed.</summary>
    public DateOnly? ValidTo { get; init; }
}
