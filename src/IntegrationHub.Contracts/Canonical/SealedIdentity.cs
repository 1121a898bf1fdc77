namespace IntegrationHub.Contracts.Canonical;

/// <summary>What is sealed under a person's own key. In the clear it exists in memory only, and prints nothing.</summary>
public sealed record PersonIdentity
{
    public required string Name { get; init; }
    public string? IdNo { get; init; }

    /// <summary>A number that is none; it is compared and never leaves the hub.</summary>
    public string? UnusableIdNo { get; init; }

    /// <summary>True where the name lost a letter; absent otherwise.</summary>
    public bool? NameIsDegraded { get; init; }
    public string? Sex { get; init; }
    public DateOnly? BornOn { get; init; }
    public string? Health { get; init; }
    public string? DisabilityNo { get; init; }
    public string? LabourAbility { get; init; }
    public string? EducationStage { get; init; }

    public override string ToString() => "a person";
}

/// <summary>What is sealed about a household, under the key of its head.</summary>
public sealed record HouseholdIdentity
{
    public required string HeadName { get; init; }
    public string? Phone { get; init; }
    public string? ResidenceAddress { get; init; }
    public string? RegisteredAddress { get; init; }
    public int? MemberCount { get; init; }

    public override string ToString() => "a household";
}

/// <summary>What is sealed about a need, under the person's key: words a clerk wrote may name people.</summary>
public sealed record NeedDetail
{
    public required string Reason { get; init; }
    public decimal? Amount { get; init; }

    public override string ToString() => "a need";
}

/// <summary>What a decision may know about a person without opening anything.</summary>
public sealed record SubjectFacts(Guid PersonKey, string State, DateOnly? BornOn);

/// <summary>
/// A person's sealed values as stored, with the keys that open them. <paramref name="SealedFor"/> is the person's own key
/// or an alias of it: what was sealed under one key stays so.
/// </summary>
public sealed record SealedSubject(Guid PersonKey, Guid SealedFor, byte[] Person, Guid? HeadKey, byte[]? Household);
