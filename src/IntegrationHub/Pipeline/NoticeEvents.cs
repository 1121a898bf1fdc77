using IntegrationHub.Contracts.Messages;
using IntegrationHub.Disclosure;
using IntegrationHub.Referrals;

namespace IntegrationHub.Pipeline;

/// <summary>
/// The events of recalls and corrections (contracts/events): issued to the recipient of the release, acknowledged to
/// civil affairs. They name items, never values.
/// </summary>
internal static class NoticeEvents
{
    /// <summary>Tells the recipient of a release to delete items of it (P7, scenario 2).</summary>
    public static HubEvent Issued(RecallRow recall) => ReferralEvents.Event(
        "recall.issued", DerivedId.Of(recall.RecallId, "issued"), recall.RecallId, recall.Uscc, recall.IssuedAt, new
        {
            recallId = recall.RecallId,
            referralId = recall.ReferralId,
            releaseId = recall.ReleaseId,
            uscc = recall.Uscc,
            items = recall.Items,
            reason = recall.Reason,
            issuedAt = recall.IssuedAt,
            deadline = recall.Deadline,
        });

    public static HubEvent Acked(RecallRow recall, DateTimeOffset at) => ReferralEvents.Event(
        "recall.acked", DerivedId.Of(recall.RecallId, "acked"), recall.RecallId, null, at, new
        {
            recallId = recall.RecallId,
            uscc = recall.Uscc,
            kind = recall.Ack,
            ackedAt = at,
        });

    /// <summary>Tells the recipient of a release that items of it have another value now (P12).</summary>
    public static HubEvent Issued(CorrectionRow correction) => ReferralEvents.Event(
        "correction.issued", DerivedId.Of(correction.CorrectionId, "issued"), correction.CorrectionId, correction.Uscc,
        correction.IssuedAt, new
        {
            correctionId = correction.CorrectionId,
            referralId = correction.ReferralId,
            releaseId = correction.ReleaseId,
            uscc = correction.Uscc,
            items = correction.Items,
            claimable = correction.Claimable,
            issuedAt = correction.IssuedAt,
            deadline = correction.Deadline,
        });

    public static HubEvent Acked(CorrectionRow correction, DateTimeOffset at) => ReferralEvents.Event(
        "correction.acked", DerivedId.Of(correction.CorrectionId, "acked"), correction.CorrectionId, null, at, new
        {
            correctionId = correction.CorrectionId,
            uscc = correction.Uscc,
            ackedAt = at,
        });
}
