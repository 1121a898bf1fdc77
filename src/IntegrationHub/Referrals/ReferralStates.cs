namespace IntegrationHub.Referrals;

/// <summary>The states of a referral (domain.md §2.4, <c>contracts/codes/referral-state.csv</c>).</summary>
public static class ReferralState
{
    public const string Draft = "DRAFT";
    public const string AwaitConsent = "AWAIT_CONSENT";
    public const string Ready = "READY";
    public const string Offered = "OFFERED";
    public const string Accepted = "ACCEPTED";
    public const string Released = "RELEASED";
    public const string InProgress = "IN_PROGRESS";
    public const string OnHold = "ON_HOLD";
    public const string AidedPartial = "AIDED_PARTIAL";
    public const string Completed = "COMPLETED";
    public const string Declined = "DECLINED";
    public const string Lapsed = "LAPSED";
    public const string Cancelled = "CANCELLED";
    public const string Withdrawn = "WITHDRAWN";
    public const string Superseded = "SUPERSEDED";
    public const string EnteredInError = "ENTERED_IN_ERROR";
    public const string Failed = "FAILED";
}

/// <summary>Who may move a referral.</summary>
public enum ReferralMover
{
    CivilAffairs,
    Charity,
    Hub,
}

/// <summary>The table of who may move a referral from where to where; what is not in it is an illegal step.</summary>
public static class ReferralStates
{
    private static readonly string[] Waiting = [ReferralState.Draft, ReferralState.AwaitConsent, ReferralState.Ready];

    private static readonly string[] WithOrganisation =
    [
        ReferralState.Offered, ReferralState.Accepted, ReferralState.Released, ReferralState.InProgress,
        ReferralState.OnHold, ReferralState.AidedPartial,
    ];

    private static readonly string[] Final =
    [
        ReferralState.Completed, ReferralState.Cancelled, ReferralState.Withdrawn, ReferralState.Superseded,
        ReferralState.EnteredInError,
    ];

    // From states in which nobody holds the offer, the hub decides again.
    private static readonly string[] Open =
        [.. Waiting, ReferralState.Declined, ReferralState.Lapsed, ReferralState.Failed];

    private static readonly HashSet<(string From, string To, ReferralMover Mover)> Table =
    [
        .. from open in Open
           from next in (string[])[.. Waiting, ReferralState.Offered]
           select (open, next, ReferralMover.Hub),
        .. from live in Open.Concat(WithOrganisation)
           from end in (string[])[ReferralState.Cancelled, ReferralState.Superseded, ReferralState.EnteredInError]
           select (live, end, ReferralMover.CivilAffairs),
        .. from live in WithOrganisation
           select (live, ReferralState.Withdrawn, ReferralMover.Hub),

        (ReferralState.Offered, ReferralState.Lapsed, ReferralMover.Hub),
        (ReferralState.Offered, ReferralState.Accepted, ReferralMover.Charity),
        (ReferralState.Offered, ReferralState.Declined, ReferralMover.Charity),
        (ReferralState.Accepted, ReferralState.Released, ReferralMover.Hub),
        (ReferralState.Released, ReferralState.InProgress, ReferralMover.Charity),
        (ReferralState.Released, ReferralState.Completed, ReferralMover.Charity),
        (ReferralState.Released, ReferralState.Failed, ReferralMover.Charity),
        (ReferralState.InProgress, ReferralState.OnHold, ReferralMover.Charity),
        (ReferralState.OnHold, ReferralState.InProgress, ReferralMover.Charity),
        (ReferralState.InProgress, ReferralState.AidedPartial, ReferralMover.Charity),
        (ReferralState.InProgress, ReferralState.Completed, ReferralMover.Charity),
        (ReferralState.InProgress, ReferralState.Failed, ReferralMover.Charity),
        (ReferralState.AidedPartial, ReferralState.InProgress, ReferralMover.Charity),
        (ReferralState.AidedPartial, ReferralState.Completed, ReferralMover.Charity),
        (ReferralState.AidedPartial, ReferralState.Failed, ReferralMover.Charity),

        // An organisation that may not receive any more loses what it has not been given yet (scenario 13).
        (ReferralState.Offered, ReferralState.Ready, ReferralMover.Hub),
        (ReferralState.Accepted, ReferralState.Ready, ReferralMover.Hub),
    ];

    /// <summary>True if the mover may take a referral from one state to another.</summary>
    public static bool Allows(string from, string to, ReferralMover mover) => Table.Contains((from, to, mover));

    /// <summary>The FHIR Task code that outsiders know the state by (domain.md §2.4).</summary>
    public static string FhirTaskStatusOf(string state) => state switch
    {
        ReferralState.Draft or ReferralState.AwaitConsent or ReferralState.Ready => "draft",
        ReferralState.Offered => "requested",
        ReferralState.Accepted or ReferralState.Released => "accepted",
        ReferralState.InProgress or ReferralState.AidedPartial => "in-progress",
        ReferralState.OnHold => "on-hold",
        ReferralState.Completed => "completed",
        ReferralState.Declined => "rejected",
        ReferralState.Failed => "failed",
        ReferralState.EnteredInError => "entered-in-error",
        _ => "cancelled",
    };

    /// <summary>True if a new referral may begin in this state.</summary>
    public static bool MayBegin(string state) => state == ReferralState.Offered || Waiting.Contains(state);

    /// <summary>True if nothing moves it any more.</summary>
    public static bool IsFinal(string state) => Final.Contains(state);

    /// <summary>True while an organisation holds the offer or the case.</summary>
    public static bool HasOrganisation(string state) => WithOrganisation.Contains(state);
}
