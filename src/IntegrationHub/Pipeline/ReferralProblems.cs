using IntegrationHub.Contracts;

namespace IntegrationHub.Pipeline;

/// <summary>
/// The refusals of charity calls about referrals (contracts/codes/problem-code.csv). None says anything about a person.
/// </summary>
internal static class ReferralProblems
{
    /// <summary>
    /// The same whether it never was or was never offered to the caller, so that nobody can probe for referrals.
    /// </summary>
    public static HubProblemException NotFound() => new(
        "referral.not_found", "There is no such referral.", "Check the referral id.");

    public static HubProblemException NotActive() => new(
        "referral.not_active", "The referral is no longer active for this organisation.", "Read the offers again.");

    public static HubProblemException HasLapsed() => new(
        "referral.lapsed", "The offer has lapsed.", "Wait for a new offer.");

    public static HubProblemException NeedClosed() => new(
        "need.closed", "The need is closed.", "No more aid is needed.");

    public static HubProblemException IllegalStep() => new(
        "referral.illegal_step", "The state of the referral does not allow this step.", "Follow the order of steps.");

    public static HubProblemException NoAid() => new(
        "referral.no_aid", "No aid is recorded for this referral yet.", "Report the aid first, then complete it.");

    public static HubProblemException Invalid(string detail) => new(
        "request.invalid", detail, "Correct it by the API description.");

    public static HubProblemException BadCursor() => new(
        "cursor.invalid", "The cursor is not one of ours.", "Read from the beginning without a cursor.");

    /// <summary>
    /// Another key of the organisation has the claim (scenario 24). Of another organisation nothing is said at all.
    /// </summary>
    public static HubProblemException OtherKey() => new(
        "claim.other_key", "The claim was opened with another key of the organisation.",
        "Fetch with that key, or open a new claim when it has expired.");

    /// <summary>The same whether there is none or it was sent to another organisation.</summary>
    public static HubProblemException NoticeNotFound() => new(
        "notice.not_found", "There is no such notice.", "Read the open notices again.");

    public static HubProblemException NotReleased(string reason) => new(
        reason, "The release is not allowed now.", "The code says which rule forbids it.");
}
