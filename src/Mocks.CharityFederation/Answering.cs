namespace Mocks.CharityFederation;

/// <summary>First stage: accept the offer, or decline it by rule.</summary>
internal sealed class Answering(HubClient hub, Faults faults, Tally tally)
{
    public async Task<Step> Answer(Offer offer, CancellationToken cancellationToken)
    {
        if (Decisions.Declines(offer.ReferralId, offer.Attempt))
            return await Decline(offer, cancellationToken);

        if (faults.DropsAccept())
        {
            tally.Count(Counted.DroppedAccepts);
            return Step.Fail;
        }

        var answer = await hub.Accept(offer, cancellationToken);
        if (answer is not HubAnswer.Done)
            return tally.Unwelcome("accept", answer);
        tally.Count(Counted.Accepted);
        return Step.Go;
    }

    private async Task<Step> Decline(Offer offer, CancellationToken cancellationToken)
    {
        var answer = await hub.Decline(offer, "CAPACITY", cancellationToken);
        if (answer is not HubAnswer.Done)
            return tally.Unwelcome("decline", answer);
        tally.Count(Counted.Declined);
        return Step.End;
    }
}
