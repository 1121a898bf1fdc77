using System.Text.Json;
using IntegrationHub.Database;
using Npgsql;
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

    /// <summary>What it rested on; null for decisions of before they were kept.</summary>
    public DisclosureFacts? Facts { get; init; }

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
               consent_id, consent_sequence, policy_version, facts, members)
        select $1::timestamptz, said.step, said.referral_id, said.attempt, said.person_key, said.uscc, said.purpose
             , said.permitted, said.reason
             , array(select jsonb_array_elements_text(said.requested))
             , array(select jsonb_array_elements_text(said.effective))
             , said.consent_id, said.consent_sequence, said.policy_version, said.facts, said.members
          from unnest($2::text[], $3::uuid[], $4::int[], $5::uuid[], $6::text[], $7::text[], $8::boolean[], $9::text[],
                      $10::jsonb[], $11::jsonb[], $12::text[], $13::int[], $14::text[], $15::jsonb[], $16::jsonb[])
               with ordinality
               as said (step, referral_id, attempt, person_key, uscc, purpose, permitted, reason, requested, effective,
                        consent_id, consent_sequence, policy_version, facts, members, number)
         order by said.number
        returning decision_id
        """;

    internal const string PageSql = """
        select decision_id, at, step, referral_id, attempt, person_key, uscc, purpose, permitted, reason, requested
             , effective, consent_id, consent_sequence, policy_version, facts::text, members::text
          from disclosure.decision
         where decision_id > $1
         order by decision_id
         limit $2
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
                Parameter.Column(rows, row => row.Facts?.ToJson(), NpgsqlDbType.Jsonb),
                Parameter.Column(rows, row => MembersOf(row.Decision), NpgsqlDbType.Jsonb),
            ],
            row => row.GetInt64(0), cancellationToken);
        ids.Sort(); // RETURNING has no order, but identities were handed out in the order of the rows
        return ids;
    }

    /// <summary>The next decisions after an id, with all they rested on.</summary>
    public static Task<List<(long DecisionId, StoredDecision Decision)>> Page(
        HubTransaction work, long after, int limit, CancellationToken cancellationToken) =>
        work.Query(
            PageSql, [Parameter.As(after), Parameter.As(limit)], row => (row.GetInt64(0), Read(row, 1)),
            cancellationToken);

    /// <summary>Reads the columns from <c>at</c> to <c>members</c> of <see cref="PageSql"/>, from a column on.</summary>
    internal static StoredDecision Read(NpgsqlDataReader row, int first) => new(
        new DecisionRow
        {
            Step = row.GetString(first + 1) == NameOf(DisclosureStep.Claim) ? DisclosureStep.Claim : DisclosureStep.Offer,
            ReferralId = row.GetGuid(first + 2),
            Attempt = row.GetInt32(first + 3),
            PersonKey = row.GetGuid(first + 4),
            Uscc = row.GetString(first + 5),
            Purpose = row.GetString(first + 6),
            Requested = row.GetFieldValue<string[]>(first + 9),
            Decision = new DisclosureDecision
            {
                Permitted = row.GetBoolean(first + 7),
                Reason = row.GetString(first + 8),
                Effective = row.GetFieldValue<string[]>(first + 10),
                ConsentId = row.TextOrNull(first + 11),
                ConsentSequence = row.ValueOrNull<int>(first + 12),
                PolicyVersion = row.GetString(first + 13),
            }.WithMembers(row.TextOrNull(first + 15)),
            Facts = row.TextOrNull(first + 14) is { } facts ? DisclosureFacts.Parse(facts) : null,
        },
        row.GetFieldValue<DateTimeOffset>(first));

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

    internal static DisclosureDecision WithMembers(this DisclosureDecision decision, string? members) =>
        members is null || JsonSerializer.Deserialize<MembersDocument>(members, JsonSerializerOptions.Web) is not { } said
            ? decision
            : decision with { Members = said.Permits, Others = said.Others };

    private static string? MembersOf(DisclosureDecision decision) =>
        decision.Members.Count + decision.Others == 0 ? null
        : JsonSerializer.Serialize(new MembersDocument(decision.Members, decision.Others), JsonSerializerOptions.Web);

    internal static string NameOf(DisclosureStep step) => step == DisclosureStep.Offer ? "OFFER" : "CLAIM";

    private sealed record MembersDocument(IReadOnlyList<MemberPermit> Permits, int Others);
}
