using IntegrationHub.Audit;
using IntegrationHub.Contracts;
using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Database;
using IntegrationHub.Disclosure;
using IntegrationHub.Policy;
using IntegrationHub.Referrals;
using Microsoft.Extensions.Options;

namespace IntegrationHub.Pipeline;

/// <summary>
/// What a fetch gives: the response body (contracts/hub/openapi.yaml, Release), the claim it belongs to and the referral's
/// version after it. The body carries identity: send it, do not keep or log it.
/// </summary>
public sealed record ClaimAnswer(byte[] Body, Guid ClaimId, DateTimeOffset ExpiresAt, int Version)
{
    public override string ToString() => $"answer to claim {ClaimId}";
}

/// <summary>
/// The answer to a claim. A claim belongs to one organisation and one of its keys until it expires; within it a fetch may
/// be repeated, and every fetch is decided at its moment. A refusal is recorded as carefully as a release.
/// </summary>
public sealed class ClaimRelease(
    HubDatabase database, ReleaseGate gate, PolicyBook policies, IOptions<ClaimOptions> options, TimeProvider time)
{
    /// <summary>The response body alone.</summary>
    public async Task<byte[]> Claim(
        Caller caller, Guid referralId, int attempt, IReadOnlyList<string>? items, CancellationToken cancellationToken) =>
        (await Fetch(caller, referralId, attempt, items, cancellationToken)).Body;

    /// <summary>Opens the caller's claim or finds it again, and gives what may be given now.</summary>
    /// <param name="caller">Who claims, and with which key.</param>
    /// <param name="referralId">The referral that was accepted.</param>
    /// <param name="attempt">The attempt that was accepted.</param>
    /// <param name="items">The items asked for; null for all that the kind's whitelist has.</param>
    /// <param name="cancellationToken">Ends the attempt; nothing is released then.</param>
    public async Task<ClaimAnswer> Fetch(
        Caller caller, Guid referralId, int attempt, IReadOnlyList<string>? items, CancellationToken cancellationToken)
    {
        await using var work = await database.Begin(cancellationToken);
        var admission = await Admit(work, caller, referralId, attempt, items, cancellationToken);
        var answer = await gate.Pass(work, admission.Ask, cancellationToken);
        if (answer.Outcome is ReleaseOutcome.Released && admission.IsNew)
            await ClaimBook.Add(work, admission.Ask.Claim, cancellationToken);
        await work.Commit(cancellationToken);
        return answer.Outcome switch
        {
            ReleaseOutcome.Released released => new ClaimAnswer(
                released.Body, admission.Ask.Claim.ClaimId, admission.Ask.Claim.ExpiresAt, answer.Version),
            ReleaseOutcome.Refused refused => throw ReferralProblems.NotReleased(refused.Decision.Reason),
            _ => throw new InvalidOperationException($"Unknown outcome {answer.Outcome.GetType().Name}."),
        };
    }

    // Who is turned away before anything is decided leaves an audit entry too, whether the referral exists or not.
    private async Task<Admission> Admit(
        HubTransaction work, Caller caller, Guid referralId, int attempt, IReadOnlyList<string>? items,
        CancellationToken cancellationToken)
    {
        try
        {
            var held = await CallersReferral.Load(work, caller, referralId, attempt, cancellationToken);
            if (!MayBeDecided(held))
                throw held.WhyNot();
            return await ClaimFor(work, caller, held, items, cancellationToken);
        }
        catch (HubProblemException refusal)
        {
            var fact = new AuditFact(
                $"charity:{caller.Uscc}", "claim.refused", $"{referralId}", new { attempt, reason = refusal.Code });
            await AuditLog.Append(work, fact, time, cancellationToken);
            await work.Commit(cancellationToken);
            throw;
        }
    }

    private async Task<Admission> ClaimFor(
        HubTransaction work, Caller caller, CallersReferral held, IReadOnlyList<string>? items,
        CancellationToken cancellationToken)
    {
        var need = (await NeedBook.Load(work, [held.Referral.NeedId], cancellationToken)).Values.Single();
        var question = new DisclosureQuestion(DisclosureStep.Claim, need, caller.Uscc, items);
        var asked = (await DisclosureCase.Load(work, [question], policies, time, cancellationToken)).Single();
        var (referralId, attempt, now) = (held.Referral.ReferralId, held.Attempt.Attempt, asked.Request.At);
        var standing = await ClaimBook.Standing(work, referralId, attempt, caller.Uscc, now, cancellationToken);
        return ClaimStanding.Of(standing, caller.KeyHash, asked.Request.Items) switch
        {
            ClaimStanding.Taken => throw ReferralProblems.OtherKey(),
            ClaimStanding.Known known => new Admission(new ReleaseAsk(held, asked, known.Claim), IsNew: false),
            _ => new Admission(new ReleaseAsk(held, asked, Opened(caller, held, asked)), IsNew: true),
        };
    }

    private ClaimRow Opened(Caller caller, CallersReferral held, DisclosureCase asked) => new()
    {
        ClaimId = Guid.CreateVersion7(asked.Request.At),
        ReferralId = held.Referral.ReferralId,
        Attempt = held.Attempt.Attempt,
        Uscc = caller.Uscc,
        KeyHash = caller.KeyHash,
        Items = asked.Request.Items,
        OpenedAt = asked.Request.At,
        ExpiresAt = asked.Request.At + options.Value.Lifetime,
    };

    // A withdrawn referral is decided once more, so that the refusal says why and is on record; it gives nothing.
    private static bool MayBeDecided(CallersReferral held) => held.IsCurrent
        && held.Referral.State is (ReferralState.Accepted or ReferralState.Released or ReferralState.InProgress
            or ReferralState.OnHold or ReferralState.AidedPartial or ReferralState.Withdrawn);

    /// <summary>What may be put to the gate; a new claim is kept when something was given under it.</summary>
    private sealed record Admission(ReleaseAsk Ask, bool IsNew);
}
