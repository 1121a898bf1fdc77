using System.Text.Json;
using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Contracts.Messages;
using IntegrationHub.Database;
using IntegrationHub.Disclosure;
using IntegrationHub.Policy;
using IntegrationHub.Referrals;
using IntegrationHub.Subscriptions;

namespace IntegrationHub.Pipeline;

/// <summary>
/// Decides once more, at the moment of sending, whether an offer may be made (scenario 29). What may not is told as
/// withdrawn under the same number, so that the subscriber's sequence has no hole and nothing of the need in it.
/// </summary>
public sealed class OfferCheck(HubDatabase database, PolicyBook policies, TimeProvider time) : IDeliveryCheck
{
    private const string OfferType = "cn.integrationhub.referral.offered.v1";
    private const string NotNow = "claim.not_now";

    public async Task<IReadOnlyDictionary<Guid, HubEvent>> Instead(
        IReadOnlyList<WaitingEvent> events, CancellationToken cancellationToken)
    {
        var offers = events.Where(one => one.Body.Contains(OfferType, StringComparison.Ordinal)).Select(Read).ToList();
        var instead = new Dictionary<Guid, HubEvent>();
        if (offers.Count == 0)
            return instead;
        await using var work = await database.Begin(cancellationToken);
        var referrals = await ReferralStore.Find(
            work, [.. offers.Select(offer => offer.ReferralId).Distinct()], cancellationToken);
        var needs = await NeedBook.Load(
            work, [.. referrals.Values.Select(referral => referral.NeedId).Distinct()], cancellationToken);
        var known = offers.Where(offer => referrals.ContainsKey(offer.ReferralId)).ToList();
        var cases = await DisclosureCase.Load(
            work,
            [
                .. known.Select(offer => new DisclosureQuestion(
                    DisclosureStep.Offer, needs[referrals[offer.ReferralId].NeedId], offer.Uscc)),
            ],
            policies, time, cancellationToken);
        foreach (var (offer, one) in known.Zip(cases))
        {
            var referral = referrals[offer.ReferralId];
            if (ReasonAgainst(referral, offer, DisclosureRules.Decide(one.Request)) is { } reason)
                instead[offer.EventId] = Withdrawn(referral, offer, reason);
        }

        return instead;
    }

    private static string? ReasonAgainst(Referral referral, Offer offer, DisclosureDecision decision) =>
        !decision.Permitted ? decision.Reason
        : referral.State == ReferralState.Withdrawn && referral.Attempt == offer.Attempt
            ? referral.Reason ?? ReasonCode.ConsentWithdrawn
        : null;

    // What lies in the person is not told (P21); what lies in consent or organisation is.
    private HubEvent Withdrawn(Referral referral, Offer offer, string reason)
    {
        var step = new ReferralStep
        {
            State = ReferralState.Withdrawn,
            Attempt = offer.Attempt,
            Uscc = offer.Uscc,
            Reason = ReasonCode.IsAboutConsent(reason) && reason != ReasonCode.ConsentGuardian
                || ReasonCode.IsAboutRecipient(reason) ? reason : NotNow,
            Mover = ReferralMover.Hub,
        };
        return ReferralEvents.Withdrawn(referral.ReferralId, step, referral.Version, time.GetUtcNow());
    }

    private static Offer Read(WaitingEvent waiting)
    {
        using var envelope = JsonDocument.Parse(waiting.Body);
        var data = envelope.RootElement.GetProperty("data");
        return new Offer(
            waiting.EventId, data.GetProperty("referralId").GetGuid(), data.GetProperty("attempt").GetInt32(),
            data.GetProperty("uscc").GetString()!); // written by ReferralEvents
    }

    private sealed record Offer(Guid EventId, Guid ReferralId, int Attempt, string Uscc);
}
