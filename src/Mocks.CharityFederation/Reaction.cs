namespace Mocks.CharityFederation;

/// <summary>How far an organisation has come with an offer.</summary>
internal enum Stage
{
    Answer,
    Claim,
    Aid,
    Complete,
}

/// <summary>One organisation's dealing with one attempt of one referral; one worker at a time holds it.</summary>
internal sealed class Reaction(Offer offer, long? sequence)
{
    public Offer Offer { get; } = offer;

    public long? Sequence { get; } = sequence;

    public Stage Stage { get; set; }

    /// <summary>Whether a call gave up and the same offer, coming again, may set it going again.</summary>
    public bool Rests { get; set; }

    /// <summary>The day the claim was refused because no consent names the organisation yet; null otherwise.</summary>
    public DateOnly? UnnamedOn { get; set; }
}
