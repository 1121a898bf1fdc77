namespace IntegrationHub.Reconciliation;

/// <summary>In which way two books differ.</summary>
public static class DifferenceClass
{
    /// <summary>The partner has it, the hub does not.</summary>
    public const string MissingHere = "missing_here";

    /// <summary>The hub has it, the partner does not.</summary>
    public const string MissingThere = "missing_there";

    /// <summary>Both have it, and its fields differ.</summary>
    public const string Different = "different";

    /// <summary>Numbers of rows or lines do not agree.</summary>
    public const string Count = "count";

    /// <summary>Sums of money do not agree.</summary>
    public const string Sum = "sum";

    /// <summary>Something is still on its way.</summary>
    public const string Waiting = "waiting";

    /// <summary>A delivery was given up and waits for a person.</summary>
    public const string Parked = "parked";

    /// <summary>A file of the night was held as a whole; the reason is its problem code.</summary>
    public const string FileHeld = "file_held";

    /// <summary>A file of the night was known already; the reason is its problem code.</summary>
    public const string FileIgnored = "file_ignored";

    /// <summary>Part of a night could not be fetched; the reason is the run's problem code.</summary>
    public const string NotTaken = "not_taken";

    /// <summary>A partner's book could not be read, so nothing can be said about it.</summary>
    public const string PartnerUnreachable = "partner_unreachable";
}
