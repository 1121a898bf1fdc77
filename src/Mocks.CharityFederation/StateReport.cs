namespace Mocks.CharityFederation;

/// <summary>The mock's whole state in counts: what tests and the demo wait for and compare.</summary>
internal sealed class StateReport(
    Reactions reactions, Notices notices, Inbox inbox, AidBook book, Identities identities, Tally tally)
{
    public object Now()
    {
        var idle = reactions.IsIdle && notices.IsIdle; // first, so that "idle" is never truer than the counts after it
        var (received, duplicates) = inbox.Counts;
        var (aidRecords, posted) = book.Counts;
        var (identitiesHeld, identitiesDropped) = identities.Counts;
        return new
        {
            idle,
            received,
            duplicates,
            accepted = tally.Of(Counted.Accepted),
            declined = tally.Of(Counted.Declined),
            claimed = tally.Of(Counted.Claimed),
            refused = tally.Of(Counted.Refused),
            completed = tally.Of(Counted.Completed),
            aidRecords,
            posted,
            errors = tally.Of(Counted.Errors),
            held = reactions.Held,
            withdrawn = tally.Of(Counted.Withdrawn),
            cancelled = tally.Of(Counted.Cancelled),
            recalled = tally.Of(Counted.Recalled),
            corrected = tally.Of(Counted.Corrected),
            acked = tally.Of(Counted.Acked),
            forgottenAcks = tally.Of(Counted.ForgottenAcks),
            ignored = tally.Of(Counted.Ignored),
            droppedAccepts = tally.Of(Counted.DroppedAccepts),
            identitiesHeld,
            identitiesDropped,
            byCode = tally.ByCode,
            otherAnswers = tally.OtherAnswers,
            rejected = tally.Rejected,
            gaps = inbox.Gaps(),
        };
    }
}
