namespace IntegrationHub.Reconciliation;

/// <summary>Why a difference is as it should be. A file that was not taken is explained by its problem code.</summary>
public static class DifferenceReason
{
    /// <summary>The hub has it and has not told the partner yet.</summary>
    public const string NotReportedYet = "not_reported_yet";

    /// <summary>Aid without a referral is not told to the civil affairs side.</summary>
    public const string NoReferral = "no_referral";

    /// <summary>It came or went while the books were being read, or a few minutes before.</summary>
    public const string InFlight = "in_flight";

    /// <summary>It stands in Failures and waits for a person.</summary>
    public const string InFailures = "in_failures";

    /// <summary>The partner did not give its book.</summary>
    public const string PartnerUnreachable = "partner_unreachable";

    /// <summary>Somebody accepted it and said why (hub reconcile resolve).</summary>
    public const string Accepted = "accepted";
}
