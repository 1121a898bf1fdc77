using IntegrationHub.Contracts;
using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Database;
using IntegrationHub.Referrals;

namespace IntegrationHub.Pipeline;

/// <summary>
/// A referral, locked, as one organisation may see it: with the attempt it speaks of, which was made at it.
/// </summary>
internal sealed record CallersReferral(Referral Referral, ReferralAttempt Attempt)
{
    /// <summary>True while this attempt is the referral's own and neither is over.</summary>
    public bool IsCurrent => Attempt.Attempt == Referral.Attempt && Attempt.State == Referral.State;

    /// <summary>Finds and locks it; an organisation it was never offered to learns no more than a stranger.</summary>
    public static async Task<CallersReferral> Load(
        HubTransaction work, Caller caller, Guid referralId, int attempt, CancellationToken cancellationToken)
    {
        var referral = await ReferralStore.Lock(work, referralId, cancellationToken)
            ?? throw ReferralProblems.NotFound();
        var attempts = await ReferralStore.AttemptsOf(work, referralId, caller.Uscc, cancellationToken);
        if (attempts.Count == 0)
            throw ReferralProblems.NotFound();
        return new CallersReferral(
            referral, attempts.Find(one => one.Attempt == attempt) ?? throw ReferralProblems.NotActive());
    }

    /// <summary>Why a step that is not possible is not possible.</summary>
    public HubProblemException WhyNot() => Attempt.State switch
    {
        ReferralState.Lapsed => ReferralProblems.HasLapsed(),
        ReferralState.Cancelled when Referral.State == ReferralState.Cancelled => ReferralProblems.NeedClosed(),
        ReferralState.Declined or ReferralState.Cancelled or ReferralState.Withdrawn or ReferralState.Failed =>
            ReferralProblems.NotActive(),
        _ => ReferralProblems.IllegalStep(),
    };
}
