namespace IntegrationHub.Failures;

/// <summary>Where a failed message stands. All but the first are final; a message that fails again is open again.</summary>
public static class FailureState
{
    public const string Open = "NEW";
    public const string Resolved = "RESOLVED";
    public const string Discarded = "DISCARDED";

    /// <summary>Another message, edited from it, stands in its place.</summary>
    public const string Edited = "EDITED";
    public const string Erased = "ERASED";

    public static readonly IReadOnlyList<string> All = [Open, Resolved, Discarded, Edited, Erased];
}

/// <summary>How far people are with a group of failures.</summary>
public static class GroupState
{
    public const string New = "NEW";
    public const string Investigating = "INVESTIGATING";

    /// <summary>Known and left alone until a day.</summary>
    public const string Muted = "MUTED";
    public const string WaitingForPartner = "WAITING_FOR_PARTNER";

    public static readonly IReadOnlyList<string> All = [New, Investigating, Muted, WaitingForPartner];
}
