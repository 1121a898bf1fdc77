namespace Mocks.CharityFederation;

/// <summary>Knows the hub's event types and what each one makes an organisation do.</summary>
internal sealed class Events(Reactions reactions, Identities identities, Notices notices, Tally tally)
{
    private const string Prefix = "cn.integrationhub.";

    /// <summary>What the event will do to the organisation it reached; null if its data do not fit its type.</summary>
    public Action<string>? Read(CloudEvent cloudEvent) =>
        cloudEvent.Type switch
        {
            Prefix + "referral.offered.v1" => Offer.TryRead(cloudEvent.Data) is { } offer
                ? _ => reactions.Take(offer, cloudEvent.Sequence)
                : null,
            Prefix + "referral.withdrawn.v1" => uscc => Forget(uscc, cloudEvent, Counted.Withdrawn),
            Prefix + "recall.issued.v1" => uscc =>
            {
                Forget(uscc, cloudEvent, Counted.Recalled);
                Answer(NoticeKind.Recall, uscc, cloudEvent, "recallId");
            },
            Prefix + "correction.issued.v1" => uscc =>
            {
                tally.Count(Counted.Corrected);
                Answer(NoticeKind.Correction, uscc, cloudEvent, "correctionId");
            },
            Prefix + "referral.cancelled.v1" => _ => tally.Count(Counted.Cancelled),
            _ => _ => tally.Count(Counted.Ignored),
        };

    private void Answer(NoticeKind kind, string uscc, CloudEvent cloudEvent, string member)
    {
        if (cloudEvent.Data.Text(member) is { Length: > 0 } id)
            notices.Add(new Notice(kind, uscc, id, cloudEvent.ReferralId ?? ""));
    }

    private void Forget(string uscc, CloudEvent cloudEvent, Counted what)
    {
        tally.Count(what);
        if (cloudEvent.ReferralId is { } referralId)
            identities.Drop(uscc, referralId, cloudEvent.Sequence);
    }
}
