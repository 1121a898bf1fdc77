using System.Text.Json;
using IntegrationHub.Database;
using NpgsqlTypes;

namespace IntegrationHub.Disclosure;

/// <summary>A decision together with what it was about, as it is stored.</summary>
public sealed record DecisionRow
{
    public required DisclosureStep Step { get; init; }
    public required Guid ReferralId { get; init; }
    public required int Attempt { get; init; }
    public required Guid PersonKey { get; init; }
    public required string Uscc { get; init; }
    public required string Purpose { get; init; }
    public IReadOnlyList<string> Requested { get; init; } = [];
    public required DisclosureDecision Decision { get; init; }

    /// <summary>
    /// True if the other row says nothing new: same step, attempt and organisation, same answer on the same ground.
    /// </summary>
    public bool SaysTheSameAs(DecisionRow other) =>
        Step == other.Step && ReferralId == other.ReferralId && Attempt == other.Attempt && Uscc == other.Uscc
        && Decision.Permitted == other.Decision.Permitted && Decision.Reason == other.Decision.Reason
        && Decision.ConsentId == other.Decision.ConsentId && Decision.ConsentSequence == other.Decision.ConsentSequence
        && Decision.PolicyVersion == other.Decision.PolicyVersion;
}

/// <summary>Every decision about disclosure, permits and refusals alike.</summary>
public static class DecisionStore
{
    internal const string AddSql = """
        insert into disclosure.decision (
               at, step, referral_id, attempt, person_key, uscc, purpose, permitted, reason, requested, effective,
               consent_id, consent_sequence, policy_version)
        select $1::timestamptz, said.step, said.referral_id, said.attempt, said.person_key, said.uscc, said.purpose
             , said.permitted, said.reason
             , array(select jsonb_array_elements_text(said.requested))
             , array(select jsonb_array_elements_text(said.effective))
             , said.consent_id, said.consent_sequence, said.policy_version
          from unnest($2::text[], $3::uuid[], $4::int[], $5::uuid[], $6::text[], $7::text[], $8::boolean[], $9::text[],
                      $10::jsonb[], $11::jsonb[], $12::text[], $13::int[], $14::text[])
               with ordinality
               as said (step, referral_id, attempt, person_key, uscc, purpose, permitted, reason, requested, effective,
                        consent_id, consent_sequence, policy_version, number)
         order by said.number
        returning decision_id
        """;

    internal const string LastOffersSql = """
        select distinct on (referral_id)
               referral_id, attempt, person_key, uscc, purpose, permitted, reason, consent_id, consent_sequence,
               policy_version
          from disclosure.decision
         where referral_id = any ($1)
           and step = 'OFFER'
         order by referral_id, decision_id desc
        """;

    /// <summary>Adds them in order and returns their ids in the same order.</summary>
    public static async Task<IReadOnlyList<long>> Add(
        HubTransaction work, IReadOnlyList<DecisionRow> rows, DateTimeOffset at, CancellationToken cancellationToken)
    {
        if (rows.Count == 0)
            return [];
        var ids = await work.Query(
            AddSql,
            [
                Parameter.Instant(at),
                Parameter.Column(rows, row => NameOf(row.Step), NpgsqlDbType.Text),
                Parameter.Column(rows, row => row.ReferralId, NpgsqlDbType.Uuid),
                Parameter.Column(rows, row => row.Attempt, NpgsqlDbType.Integer),
                Parameter.Column(rows, row => row.PersonKey, NpgsqlDbType.Uuid),
                Parameter.Column(rows, row => row.Uscc, NpgsqlDbType.Text),
                Parameter.Column(rows, row => row.Purpose, NpgsqlDbType.Text),
                Parameter.Column(rows, row => row.Decision.Permitted, NpgsqlDbType.Boolean),
                Parameter.Column(rows, row => row.Decision.Reason, NpgsqlDbType.Text),
                Parameter.Column(rows, row => JsonSerializer.Serialize(row.Requested), NpgsqlDbType.Jsonb),
                Parameter.Column(rows, row => JsonSerializer.Serialize(row.Decision.Effective), NpgsqlDbType.Jsonb),
                Parameter.Column(rows, row => row.Decision.ConsentId, NpgsqlDbType.Text),
                Parameter.Column(rows, row => row.Decision.ConsentSequence, NpgsqlDbType.Integer),
                Parameter.Column(rows, row => row.Decision.PolicyVersion, NpgsqlDbType.Text),
            ],
            row => row.GetInt64(0), cancellationToken);
        ids.Sort(); // RETURNING has no order, but identities were handed out in the order of the rows
        return ids;
    }

    /// <summary>
    /// The newest offer decision of each of these referrals, without its items; a referral that has none is left out.
    /// </summary>
    public static async Task<Dictionary<Guid, DecisionRow>> LastOffers(
        HubTransaction work, IReadOnlyCollection<Guid> referrals, CancellationToken cancellationToken)
    {
        var rows = await work.Query(
            LastOffersSql, [Parameter.As(referrals.ToArray())],
            row => new DecisionRow
            {
                Step = DisclosureStep.Offer,
                ReferralId = row.GetGuid(0),
                Attempt = row.GetInt32(1),
                PersonKey = row.GetGuid(2),
                Uscc = row.GetString(3),
                Purpose = row.GetString(4),
                Decision = new DisclosureDecision
                {
                    Permitted = row.GetBoolean(5),
                    Reason = row.GetString(6),
                    ConsentId = row.TextOrNull(7),
                    ConsentSequence = row.ValueOrNull<int>(8),
                    PolicyVersion = row.GetString(9),
                },
            },
            cancellationToken);
        return rows.ToDictionary(row => row.ReferralId);
    }

    internal static string NameOf(DisclosureStep step) => step == DisclosureStep.Offer ? "OFFER" : "CLAIM";
}
