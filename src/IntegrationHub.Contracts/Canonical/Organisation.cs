namespace IntegrationHub.Contracts.Canonical;

/// <summary>A charity organisation as a possible recipient (R22): what it may receive depends on every field here.</summary>
public sealed record Organisation
{
    public required string Uscc { get; init; }
    public required string Name { get; init; }
    public required string OrgType { get; init; }
    public required bool IsCharity { get; init; }
    public required string Status { get; init; }
    public required string Level { get; init; }
    public required IReadOnlyList<string> Scopes { get; init; }

    /// <summary>Division prefixes the organisation works in (GB/T 2260), compared by prefix.</summary>
    public required IReadOnlyList<string> Areas { get; init; }
    public required string AgreementId { get; init; }
    public required DateOnly AgreementFrom { get; init; }
    public required DateOnly AgreementTo { get; init; }
    public required IReadOnlyList<string> AgreementItems { get; init; }

    /// <summary>How many cases it says it can have open at once; null when it says nothing, then as many as come.</summary>
    public int? Capacity { get; init; }
}

/// <summary>Aid given by a charity (domain.md §2.3). Amount is CNY and null when the aid is not money (R33).</summary>
public sealed record CharityAid
{
    public required string AidId { get; init; }
    public required int Version { get; init; }
    public required string Uscc { get; init; }
    public Guid? ReferralId { get; init; }
    public required string Kind { get; init; }
    public required string Form { get; init; }
    public decimal? Amount { get; init; }
    public decimal? Quantity { get; init; }
    public string? Unit { get; init; }
    public required DateOnly Date { get; init; }
    public required string Funding { get; init; }
    public string? FundId { get; init; }
    public string? Project { get; init; }
    public string? PaymentRef { get; init; }
    public required string Status { get; init; }
    public string? ReversesId { get; init; }

    /// <summary>True where the giver knows of other aid for the same need and tops it up (R03).</summary>
    public bool IsComplement { get; init; }

    /// <summary>A drive the aid belongs to, such as the one of 5 September (R34).</summary>
    public string? Campaign { get; init; }
}
