using System.Text.Json;
using IntegrationHub.Contracts.Messages;
using IntegrationHub.Disclosure;
using IntegrationHub.Referrals;

namespace IntegrationHub.Pipeline;

/// <summary>
/// The events of a referral (contracts/events). Their ids follow from what they tell, so that telling again is the same
/// event. What only civil affairs needs has no recipient; what the organisation must act on is addressed to it.
/// </summary>
internal static class ReferralEvents
{
    public static HubEvent Offered(OfferData offer, DateTimeOffset at)
    {
        var eventId = DerivedId.Of(offer.ReferralId, $"offered|{offer.Attempt}");
        return Event("referral.offered", eventId, offer.ReferralId, offer.Uscc, at, offer);
    }

    /// <summary>Accepted, lapsed, progressed or completed: nothing to say but that it is so.</summary>
    public static HubEvent Moved(string type, Guid referralId, ReferralStep step, int version, DateTimeOffset at) =>
        Event(type, IdOf(referralId, step), referralId, null, at, new
        {
            referralId,
            attempt = step.Attempt,
            uscc = step.Uscc,
            state = step.State,
            version,
            at,
        });

    public static HubEvent Declined(Guid referralId, ReferralStep step, int version, DateTimeOffset at) =>
        Event("referral.declined", IdOf(referralId, step), referralId, null, at, new
        {
            referralId,
            attempt = step.Attempt,
            uscc = step.Uscc,
            state = step.State,
            reason = step.Reason,
            version,
            at,
        });

    /// <summary>
    /// The attempt at this organisation is over, by civil affairs or because the organisation may not receive any more.
    /// </summary>
    public static HubEvent Cancelled(
        Guid referralId, int attempt, string uscc, string reason, int version, DateTimeOffset at) =>
        Event("referral.cancelled", DerivedId.Of(referralId, $"cancelled|{attempt}"), referralId, uscc, at, new
        {
            referralId,
            attempt,
            uscc,
            state = ReferralState.Cancelled,
            reason,
            version,
            at,
        });

    public static HubEvent Withdrawn(Guid referralId, ReferralStep step, int version, DateTimeOffset at) =>
        Event("referral.withdrawn", IdOf(referralId, step), referralId, step.Uscc, at, new
        {
            referralId,
            attempt = step.Attempt,
            uscc = step.Uscc,
            state = step.State,
            reason = step.Reason,
            version,
            at,
        });

    public static HubEvent Released(ReleaseRow release, int version) => Event(
        "referral.released", DerivedId.Of(release.ReleaseId, "released"), release.ReferralId, null, release.ReleasedAt,
        new
        {
            referralId = release.ReferralId,
            attempt = release.Attempt,
            uscc = release.Uscc,
            state = ReferralState.Released,
            releaseId = release.ReleaseId,
            items = release.Items,
            consent = new { id = release.ConsentId, seq = release.ConsentSequence },
            policyVersion = release.PolicyVersion,
            version,
            at = release.ReleasedAt,
        });

    private static Guid IdOf(Guid referralId, ReferralStep step) =>
        DerivedId.Of(referralId, $"{step.State}|{step.Attempt}");

    internal static HubEvent Event(
        string type, Guid eventId, Guid subject, string? recipient, DateTimeOffset at, object data) => new()
        {
            EventId = eventId,
            Type = type,
            Subject = subject.ToString(),
            Time = at,
            Recipient = recipient,
            Data = JsonSerializer.Serialize(data, JsonSerializerOptions.Web),
        };
}
