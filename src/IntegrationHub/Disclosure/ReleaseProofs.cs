using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Database;
using IntegrationHub.Policy;
using Npgsql;

namespace IntegrationHub.Disclosure;

/// <summary>A release with the decision it says it rests on; null if there is no such decision.</summary>
public sealed record ReleaseProof(ReleaseRow Release, StoredDecision? Decision);

/// <summary>
/// Whether a release can be derived again. The consent is recomputed from the ledger as of the release instant, and the
/// person's age from the birth date known today. The standing of the organisation, the division of the need and the
/// state of the identity of that instant are not kept, so that what they said then is taken from the stored decision;
/// the whitelist is applied again if today's rules are the ones that were applied.
/// </summary>
public static class ReleaseProofs
{
    private const string AnyDivision = "41";

    internal const string PageSql = """
        select r.release_id, r.decision_id, r.referral_id, r.attempt, r.person_key, r.uscc, r.purpose, r.items
             , r.consent_id, r.consent_sequence, r.policy_version, r.digest, r.released_at, r.sends
             , d.decision_id is not null, d.at, d.step, d.referral_id, d.attempt, d.person_key, d.uscc, d.purpose
             , d.permitted, d.reason, d.requested, d.effective, d.consent_id, d.consent_sequence, d.policy_version
             , d.facts::text, d.members::text
          from disclosure.release r
          left join disclosure.decision d on d.decision_id = r.decision_id
         where r.release_id > $1
         order by r.release_id
         limit $2
        """;

    /// <summary>The next releases after an id, by id.</summary>
    public static Task<List<ReleaseProof>> Page(
        HubTransaction work, Guid after, int limit, CancellationToken cancellationToken) =>
        work.Query(PageSql, [Parameter.As(after), Parameter.As(limit)], Read, cancellationToken);

    /// <summary>Why the stored decision does not carry the release, or null if it does.</summary>
    public static string? ObjectionOfDecision(ReleaseProof proof)
    {
        if (proof.Decision is not { Row: var row, Row.Decision: var decision } stored)
            return "its decision is missing";
        return !decision.Permitted ? "its decision is a refusal"
            : row.Step != DisclosureStep.Claim ? "its decision is about an offer"
            : !IsAboutTheSame(proof.Release, row) ? "its decision is about another case"
            : !RestsOnTheSame(proof.Release, decision) ? "its decision rests on another consent or policy"
            : proof.Release.ReleasedAt != stored.At ? "its decision was made at another instant"
            : !Covers(decision.Effective, proof.Release.Items) ? "its decision permits other items"
            : null;
    }

    /// <summary>Why the consent, as the hub knew it at that instant, does not carry the release, or null if it does.</summary>
    /// <param name="release">The release.</param>
    /// <param name="knownThen">The person's consent events that were recorded by then.</param>
    /// <param name="bornOn">The birth date; null if it is not known any more, the age is then taken as decided.</param>
    /// <param name="policy">Today's rules.</param>
    public static string? ObjectionOfConsent(
        ReleaseRow release, IReadOnlyList<ConsentEvent> knownThen, DateOnly? bornOn, PolicyPack policy)
    {
        var consent = knownThen.Where(told => told.ConsentId == release.ConsentId).ToList();
        var again = DisclosureRules.Decide(new DisclosureRequest
        {
            Step = DisclosureStep.Claim,
            Subject = new SubjectFacts(release.PersonKey, "OK", bornOn ?? SomeBirth(release, consent)),
            Recipient = FittingRecipient(release),
            Consents = consent,
            Purpose = release.Purpose,
            Division = AnyDivision,
            Items = release.Items,
            Policy = policy.Version == release.PolicyVersion ? policy : FittingPolicy(release, policy),
            At = release.ReleasedAt,
        });
        return !again.Permitted ? $"the consent as of then does not permit it ({again.Reason})"
            : again.ConsentSequence != release.ConsentSequence ? "the consent stood at another sequence"
            : !Covers(again.Effective, release.Items) ? "the consent as of then does not cover its items"
            : null;
    }

    private static bool IsAboutTheSame(ReleaseRow release, DecisionRow decision) =>
        (release.ReferralId, release.Attempt, release.PersonKey, release.Uscc, release.Purpose)
        == (decision.ReferralId, decision.Attempt, decision.PersonKey, decision.Uscc, decision.Purpose);

    private static bool RestsOnTheSame(ReleaseRow release, DisclosureDecision decision) =>
        (release.ConsentId, release.ConsentSequence, release.PolicyVersion)
        == (decision.ConsentId, decision.ConsentSequence, decision.PolicyVersion);

    // An item that was permitted and has no value is not released, so a release may have fewer; never none, never more.
    private static bool Covers(IReadOnlyList<string> permitted, IReadOnlyList<string> released) =>
        released.Count > 0 && released.All(item => permitted.Contains(item, StringComparer.Ordinal));

    // Of age for the capacity the consent was given in: with a birth date that is gone, nothing else can be said.
    private static DateOnly SomeBirth(ReleaseRow release, List<ConsentEvent> consent) =>
        consent.Any(told => told.Capacity == ConsentCapacity.Guardian)
            ? HubCalendar.DayOf(release.ReleasedAt)
            : DateOnly.MinValue;

    private static Organisation FittingRecipient(ReleaseRow release) => new()
    {
        Uscc = release.Uscc,
        Name = "",
        OrgType = "",
        IsCharity = true,
        Status = "NORMAL",
        Level = "",
        Scopes = [release.Purpose],
        Areas = [AnyDivision],
        AgreementId = "as decided",
        AgreementFrom = DateOnly.MinValue,
        AgreementTo = DateOnly.MaxValue,
        AgreementItems = release.Items,
    };

    private static PolicyPack FittingPolicy(ReleaseRow release, PolicyPack policy) => policy with
    {
        Version = release.PolicyVersion,
        EffectiveFrom = DateOnly.MinValue,
        EffectiveTo = null,
        NeedKinds = [new NeedKind(release.Purpose, "", release.Items)],
        Items = [.. release.Items.Select(item => new ItemRule(item, "", "", true, policy.IsSensitive(item)))],
    };

    private static ReleaseProof Read(NpgsqlDataReader row) => new(
        new ReleaseRow
        {
            ReleaseId = row.GetGuid(0),
            DecisionId = row.GetInt64(1),
            ReferralId = row.GetGuid(2),
            Attempt = row.GetInt32(3),
            PersonKey = row.GetGuid(4),
            Uscc = row.GetString(5),
            Purpose = row.GetString(6),
            Items = row.GetFieldValue<string[]>(7),
            ConsentId = row.GetString(8),
            ConsentSequence = row.GetInt32(9),
            PolicyVersion = row.GetString(10),
            Digest = row.GetFieldValue<byte[]>(11),
            ReleasedAt = row.GetFieldValue<DateTimeOffset>(12),
            Sends = row.GetInt32(13),
        },
        row.GetBoolean(14) ? DecisionStore.Read(row, 15) : null);
}
