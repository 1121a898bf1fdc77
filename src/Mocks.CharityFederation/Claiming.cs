using System.Text.Json;

namespace Mocks.CharityFederation;

/// <summary>Second stage: fetch the identity the person agreed to give, or take the refusal as final.</summary>
internal sealed class Claiming(HubClient hub, Identities identities, Calendar calendar, Tally tally)
{
    public async Task<Step> Claim(Reaction reaction, CancellationToken cancellationToken)
    {
        switch (await hub.Claim(reaction.Offer, cancellationToken))
        {
            case HubAnswer.Done done when TryReadItems(done.Body, reaction.Offer) is { Count: > 0 } items:
                identities.Keep(reaction.Offer, reaction.Sequence, items);
                tally.Count(Counted.Claimed);
                return Step.Go;
            case HubAnswer.Refused { Status: 403 } refused:
                tally.Refuse(refused.Code);
                reaction.UnnamedOn = refused.Code == "consent.need_named" ? calendar.Date : null;
                return Step.End;
            case var answer:
                return tally.Unwelcome("claim", answer);
        }
    }

    // A release that names another organisation or referral was not meant for us: nothing of it is kept.
    private static Dictionary<string, string>? TryReadItems(JsonElement release, Offer offer) =>
        release.Text("uscc") == offer.Uscc
        && release.Text("referralId") == offer.ReferralId
        && release.Text("releaseId") is { Length: > 0 }
        && release.TryGetProperty("items", out var items)
        && items.ValueKind == JsonValueKind.Object
            ? items.EnumerateObject().ToDictionary(item => item.Name, item => item.Value.ToString())
            : null;
}
