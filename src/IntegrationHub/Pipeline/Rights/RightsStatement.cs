using IntegrationHub.Aid;
using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Identity;

namespace IntegrationHub.Pipeline.Rights;

/// <summary>
/// Everything the hub has to say to a person about their data (PIPL Art. 44, 45; P11, F14), in codes and references: who
/// got what, when, why and under which consent, what was refused, what is held. It holds no identity, so that it can be
/// handed over by whoever has checked who is asking.
/// </summary>
public sealed record RightsStatement
{
    public required Guid StatementId { get; init; }
    public required DateTimeOffset MadeAt { get; init; }
    public required IReadOnlyList<StatedRelease> Releases { get; init; }

    /// <summary>How often bytes about the person were sent: a repeat after a lost answer counts.</summary>
    public int Sends => Releases.Sum(release => release.Sends);
    public required IReadOnlyList<StatedDecision> Refusals { get; init; }

    /// <summary>Organisations that were told there is a need, and not whose.</summary>
    public required IReadOnlyList<StatedDecision> AnonymousOffers { get; init; }
    public required IReadOnlyList<StatedConsent> Consents { get; init; }
    public required IReadOnlyList<StatedNeed> Needs { get; init; }
    public required IReadOnlyList<StatedGovAid> GovernmentAid { get; init; }
    public required IReadOnlyList<StatedAid> CharityAid { get; init; }
    public required Holdings Holdings { get; init; }

    /// <summary>When what could be opened about the person was destroyed; null if it stands.</summary>
    public DateTimeOffset? ErasedAt { get; init; }
}

/// <summary>An organisation as the person is told of it.</summary>
public sealed record StatedOrganisation(string Uscc, string? Name);

/// <summary>One release of identity: the bytes with this digest went to this organisation so often.</summary>
public sealed record StatedRelease
{
    public required Guid ReleaseId { get; init; }
    public required StatedOrganisation Recipient { get; init; }
    public required DateTimeOffset At { get; init; }
    public required string Purpose { get; init; }
    public required string? NeedRef { get; init; }
    public required IReadOnlyList<string> Items { get; init; }
    public required string ConsentId { get; init; }
    public required int ConsentSequence { get; init; }

    /// <summary>The event of the consent that gave it; null if the ledger has lost it, which <c>hub verify</c> reports.</summary>
    public required StatedGrant? Grant { get; init; }
    public required int Sends { get; init; }
    public required string Digest { get; init; }
    public IReadOnlyList<StatedNotice> Notices { get; init; } = [];
}

/// <summary>When a consent was given, in which capacity, on which notice.</summary>
public sealed record StatedGrant(DateTimeOffset At, ConsentCapacity Capacity, string? NoticeId, string? NoticeVersion);

/// <summary>A recall or a correction that followed a release, and whether its receiver has confirmed it.</summary>
public sealed record StatedNotice(string Kind, DateTimeOffset At, DateTimeOffset? AcknowledgedAt);

/// <summary>Something that was not released, or offered without identity.</summary>
public sealed record StatedDecision(DateTimeOffset At, string Step, StatedOrganisation Organisation, string Purpose, string? NeedRef, string Reason);

/// <summary>A consent and everything that happened to it.</summary>
public sealed record StatedConsent(string ConsentId, IReadOnlyList<ConsentEvent> Events, ConsentStanding Standing);

/// <summary>A need and how far it is.</summary>
public sealed record StatedNeed(string NeedRef, string Kind, DateOnly? OpenedOn, string? State);

/// <summary>Charity aid with the giver's name.</summary>
public sealed record StatedAid(StatedCharityAid Aid, StatedOrganisation Giver);
