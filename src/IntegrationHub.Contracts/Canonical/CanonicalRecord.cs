using System.Text.Json.Serialization;

namespace IntegrationHub.Contracts.Canonical;

/// <summary>
/// One record of an outside system in the hub's own words, after translation and before anyone decides about it.
/// It carries identity, so it exists in memory and inside sealed chunks only: never on the bus, never in a log.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "$kind")]
[JsonDerivedType(typeof(HouseholdRecord), "household")]
[JsonDerivedType(typeof(MemberRecord), "member")]
[JsonDerivedType(typeof(RecognitionRecord), "recognition")]
[JsonDerivedType(typeof(GovAidRecord), "gov-aid")]
[JsonDerivedType(typeof(NeedRecord), "need")]
[JsonDerivedType(typeof(ConsentRecord), "consent")]
[JsonDerivedType(typeof(OrganisationRecord), "organisation")]
[JsonDerivedType(typeof(CharityAidRecord), "charity-aid")]
[JsonDerivedType(typeof(EndedRecord), "ended")]
public abstract record CanonicalRecord
{
    /// <summary>The record's key in its source, as a keyed hash: stable for its life, and no one can read it back.</summary>
    public required Guid SourceKey { get; init; }

    /// <summary>Orders the states of one record: newer is greater. Unix milliseconds of the snapshot, or the source's own number.</summary>
    public required long Version { get; init; }

    /// <summary>Hash of the row as it came; with <see cref="Version"/> it tells a repeat from a contradiction.</summary>
    public required Guid ContentHash { get; init; }

    /// <summary>Row number in the file it came in, 1 for the first data row; 0 when it did not come in a file.</summary>
    public int Row { get; init; }

    /// <summary>Records print their kind and key only: the generated text would show the person.</summary>
    public sealed override string ToString() => $"{GetType().Name} {SourceKey}";
}

/// <summary>A household with its head, as the civil affairs platform keeps it (HZ rows).</summary>
public sealed record HouseholdRecord : CanonicalRecord
{
    public required string HouseholdRef { get; init; }

    /// <summary>Null where the source gave none that can be used.</summary>
    public string? HeadIdNo { get; init; }
    public required string HeadName { get; init; }
    public int? MemberCount { get; init; }
    public string? Category { get; init; }
    public required string Division { get; init; }
    public string? ResidenceAddress { get; init; }
    public string? RegisteredAddress { get; init; }
    public string? Phone { get; init; }

    /// <summary>True when the source itself says the household left (注销), which is more than a missing row.</summary>
    public bool Ended { get; init; }
}

/// <summary>A member of a household (CY rows). This is where a person's name and number come from.</summary>
public sealed record MemberRecord : CanonicalRecord
{
    public required string HouseholdRef { get; init; }

    /// <summary>Eighteen characters that can be a number; null where the source gave none.</summary>
    public string? IdNo { get; init; }

    /// <summary>How far <see cref="IdNo"/> may be trusted.</summary>
    public IdAssurance IdAssurance { get; init; }

    /// <summary>What stood in the number's place and is none: compared with numbers, never taken for one.</summary>
    public string? UnusableIdNo { get; init; }
    public required string Name { get; init; }
    public NameQuality NameQuality { get; init; }
    public string? Relation { get; init; }
    public string? Sex { get; init; }
    public DateOnly? BornOn { get; init; }
    public string? Health { get; init; }
    public string? DisabilityNo { get; init; }
    public string? LabourAbility { get; init; }
    public string? EducationStage { get; init; }

    /// <summary>True where the name cell said that the person is dead (D3): a suspicion, not a finding (P15).</summary>
    public bool IsNotedDead { get; init; }
}

/// <summary>Recognition of a person or household in a low-income category (RD rows, R07).</summary>
public sealed record RecognitionRecord : CanonicalRecord
{
    public required string RecognitionRef { get; init; }
    public required string HouseholdRef { get; init; }
    public required string IdNo { get; init; }
    public required string Category { get; init; }
    public required DateOnly RecognisedOn { get; init; }
    public DateOnly? EndedOn { get; init; }
    public string? Recogniser { get; init; }

    /// <summary>Supported in an institution or at home, for those in extreme poverty (R40).</summary>
    public string? SupportMode { get; init; }
}

/// <summary>A payment of government aid (FF rows). Money is CNY with two decimals.</summary>
public sealed record GovAidRecord : CanonicalRecord
{
    public required string BatchRef { get; init; }
    public required string HouseholdRef { get; init; }
    public required string PayeeIdNo { get; init; }
    public required string Category { get; init; }

    /// <summary>The month the payment is for, <c>yyyyMM</c>.</summary>
    public required string Period { get; init; }
    public required decimal Amount { get; init; }
    public DateOnly? PaidOn { get; init; }
    public required string Status { get; init; }
}

/// <summary>A need that government aid did not meet (XQ rows, R10, R11, R14).</summary>
public sealed record NeedRecord : CanonicalRecord
{
    public required string NeedRef { get; init; }
    public required string IdNo { get; init; }
    public string? HouseholdRef { get; init; }
    public required string Kind { get; init; }
    public required string Hardship { get; init; }
    public decimal? Amount { get; init; }
    public required string Ground { get; init; }
    public required string Reason { get; init; }
    public required string GovAidStatus { get; init; }
    public required string Division { get; init; }
    public required string Channel { get; init; }
    public string? VerificationRef { get; init; }
    public DateOnly? OpenedOn { get; init; }
    public DateOnly? ExpiresOn { get; init; }
    public required string Status { get; init; }

    /// <summary>What decides who the need is for, as far as the source says it.</summary>
    public NeedCircumstances Circumstances { get; init; } = new();
}

/// <summary>One event of a person's consent (TY rows); the state of a consent is a fold over its events (domain.md §2.3).</summary>
public sealed record ConsentRecord : CanonicalRecord
{
    public required string IdNo { get; init; }

    /// <summary>Who spoke for the person, as the source names them; becomes a pseudonym before it is kept.</summary>
    public string? GiverRef { get; init; }
    public required ConsentEvent Event { get; init; }
}

/// <summary>A charity organisation of the federation's directory (R22).</summary>
public sealed record OrganisationRecord : CanonicalRecord
{
    public required Organisation Organisation { get; init; }
}

/// <summary>Aid a charity gave, as the charity reports it: by referral, never by identity.</summary>
public sealed record CharityAidRecord : CanonicalRecord
{
    public required CharityAid Aid { get; init; }
}

/// <summary>A record that its source stopped sending for as many complete snapshots as policy asks (domain.md §2.6).</summary>
public sealed record EndedRecord : CanonicalRecord
{
    /// <summary>File type of the record that ended, such as <c>HZ</c>.</summary>
    public required string Type { get; init; }
}
