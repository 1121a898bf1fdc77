namespace IntegrationHub.Reconciliation;

/// <summary>What happened between two reconciliations.</summary>
public sealed record NightCounts
{
    public static readonly NightCounts None =
        new() { Offers = 0, Accepted = 0, Declined = 0, Released = 0, Refused = 0, AidRecords = 0 };

    public required long Offers { get; init; }
    public required long Accepted { get; init; }
    public required long Declined { get; init; }

    /// <summary>Releases of identity; the same bytes sent again are one.</summary>
    public required long Released { get; init; }

    /// <summary>Attempts whose claim was refused; asking again is one.</summary>
    public required long Refused { get; init; }

    /// <summary>Aid records that are new; a correction is none.</summary>
    public required long AidRecords { get; init; }
}
