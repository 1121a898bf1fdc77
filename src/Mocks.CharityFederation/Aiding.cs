namespace Mocks.CharityFederation;

/// <summary>Last stages: give the aid, enter it in the book, report it to the hub, and close the referral.</summary>
internal sealed class Aiding(HubClient hub, AidBook book, Calendar calendar, Tally tally)
{
    public async Task<Step> Give(Offer offer, CancellationToken cancellationToken)
    {
        var instalments = Decisions.Instalments(offer.ReferralId);
        if (instalments > 1 && await Begin(offer, cancellationToken) == Step.Fail)
            return Step.Fail;

        for (var instalment = 1; instalment <= instalments; instalment++)
        {
            var record = book.Enter(AidRecord.For(offer, instalment, calendar.Date));
            if (!Decisions.Withholds(offer.ReferralId, instalment)
                && await Report(record, cancellationToken) == Step.Fail)
                return Step.Fail;
        }

        return Step.Go;
    }

    public async Task<Step> Complete(Offer offer, CancellationToken cancellationToken)
    {
        // Aid the hub has not been told of proves nothing to it: the referral stays open until it reads the book.
        if (Enumerable.Range(1, Decisions.Instalments(offer.ReferralId)).All(part => Decisions.Withholds(offer.ReferralId, part)))
            return Step.End;
        var answer = await hub.Complete(offer, cancellationToken);
        if (answer is not HubAnswer.Done)
            return tally.Unwelcome("complete", answer);
        tally.Count(Counted.Completed);
        return Step.End;
    }

    // Aid in more than one piece is under way before it is done. A 409 here stops nothing: the money is promised.
    private async Task<Step> Begin(Offer offer, CancellationToken cancellationToken)
    {
        var answer = await hub.Progress(offer, cancellationToken);
        return answer is HubAnswer.Done ? Step.Go : tally.Unwelcome("progress", answer);
    }

    // A 409 says the hub has the record already, which is all a repeated report can ask for.
    private async Task<Step> Report(AidRecord record, CancellationToken cancellationToken)
    {
        var answer = await hub.Report(record, cancellationToken);
        if (answer is not (HubAnswer.Done or HubAnswer.Refused { Status: 409 }))
            return tally.Unwelcome("aid", answer);
        book.MarkPosted(record);
        return Step.Go;
    }
}
