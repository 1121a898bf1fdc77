namespace Mocks.ProvincialPlatform.Population;

/// <summary>What a roll is for; keeps independent decisions independent.</summary>
internal enum Draw
{
    County, Settle, Surname, GivenName, Place, Reason, Recognition, Health, Payment, PaymentStart,
    Changes, Closing, Share, Flaw, LastingFlaw, OddId, NeedPick, Need, Consent, History, Withdrawal, Accepted, Moment,
}
