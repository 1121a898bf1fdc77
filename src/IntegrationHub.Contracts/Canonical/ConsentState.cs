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
/// An end that a consent came to, kept even if a later grant opened it again: a guardian's withdrawal speaks against the
/// other guardian too (P5). Its own scope is what the ending event said, if it said anything.
/// </summary>
/// <param name="Standing">How it ended.</param>
/// <param name="IsGuardians">True if a guardian ended it, or ended a guardian's consent.</param>
/// <param name="IsForAdult">True if that guardian speaks for an adult, with evidence.</param>
/// <param name="By">The guardian's or agent's pseudonym; null where nobody was named.</param>
/// <param name="At">When it took effect.</param>
/// <param name="Scope">What the ending event said it was about.</param>
public sealed record ConsentEnd(
    ConsentStanding Standing, bool IsGuardians, bool IsForAdult, Guid? By, DateTimeOffset At, ConsentScope Scope);

/// <summary>To whom a consent lets what be done, and for which purposes.</summary>
public sealed record ConsentScope
{
    public IReadOnlyList<string> Purposes { get; init; } = [];
    public string? RecipientClass { get; init; }
    public IReadOnlyList<string> Recipients { get; init; } = [];
    public IReadOnlyList<string> Actions { get; init; } = [];
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

    /// <summary>When the grant that stands, or stood last, took effect; null if there never was one.</summary>
    public DateTimeOffset? GivenAt { get; init; }

    /// <summary>The guardian or agent who gave it; null for the person and where nobody was named.</summary>
    public Guid? GivenBy { get; init; }
    public string? CapacityEvidence { get; init; }
    public string? EvidenceHash { get; init; }
    public string LawfulBasis { get; init; } = LawfulBases.Consent;
    public string? Method { get; init; }

    /// <summary>The notice this consent was given under; no later event changes it (P9).</summary>
    public string? NoticeId { get; init; }
    public string? NoticeVersion { get; init; }
    public string? NoticeHash { get; init; }

    /// <summary>Every end it came to, in order.</summary>
    public IReadOnlyList<ConsentEnd> Ends { get; init; } = [];

    /// <summary>True if one of its sequences was told in two ways: whatever rested on that one is void.</summary>
    public bool IsContradicted { get; init; }
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
