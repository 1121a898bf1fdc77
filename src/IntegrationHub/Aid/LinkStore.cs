using IntegrationHub.Database;
using NpgsqlTypes;

namespace IntegrationHub.Aid;

/// <summary>A pair that waits for a person, or was decided.</summary>
public sealed record KnownLink(
    string Kind, AidRef Left, AidRef Right, string State, int Score, IReadOnlyList<string> Reasons, string DecidedBy, string? Reason,
    DateTimeOffset DecidedAt);

/// <summary>Pairs of lines: what the rule makes of them, and what people said, which stays (nothing is ever deleted).</summary>
public static class LinkStore
{
    internal const string SamePaymentKind = "SAME_PAYMENT";
    internal const string ComplementKind = "COMPLEMENT";
    internal const string Rule = "RULE";

    internal const string OfSql = """
        select kind, left_side, left_id, right_side, right_id, state, score, reasons, decided_by, reason, decided_at
          from aid.link
         where (left_side = 'provincial' and left_id = any ($1))
            or (left_side = 'charity' and left_id = any ($2))
            or (right_side = 'charity' and right_id = any ($2))
        """;

    internal const string SuspectsSql = """
        select kind, left_side, left_id, right_side, right_id, state, score, reasons, decided_by, reason, decided_at
          from aid.link
         where state = 'SUSPECT'
         order by decided_at, left_id, right_id
         limit $1
        """;

    // The rule does not touch what a person decided.
    internal const string KeepSql = """
        insert into aid.link as known
               (kind, left_side, left_id, right_side, right_id, state, score, reasons, decided_by, decided_at, policy_version)
        select 'SAME_PAYMENT', 'provincial', pair.left_id, 'charity', pair.right_id, pair.state, pair.score,
               string_to_array(pair.reasons, ','), 'RULE', $6, $7
          from unnest($1::text[], $2::text[], $3::text[], $4::int[], $5::text[]) as pair (left_id, right_id, state, score, reasons)
            on conflict (kind, left_side, left_id, right_side, right_id) do update
           set state          = excluded.state
             , score          = excluded.score
             , reasons        = excluded.reasons
             , decided_at     = excluded.decided_at
             , policy_version = excluded.policy_version
         where known.decided_by = 'RULE'
           and (known.state, known.score) is distinct from (excluded.state, excluded.score)
        """;

    internal const string EndSql = """
        update aid.link
           set state      = 'ENDED'
             , decided_at = $3
         where kind = 'SAME_PAYMENT'
           and decided_by = 'RULE'
           and state <> 'ENDED'
           and (left_id, right_id) in (select * from unnest($1::text[], $2::text[]))
        """;

    internal const string DecideSql = """
        insert into aid.link as known
               (kind, left_side, left_id, right_side, right_id, state, score, reasons, decided_by, reason, decided_at, policy_version)
        values ($1, $2, $3, $4, $5, $6, 0, '{}', $7, $8, $9, $10)
            on conflict (kind, left_side, left_id, right_side, right_id) do update
           set state          = excluded.state
             , decided_by     = excluded.decided_by
             , reason         = excluded.reason
             , decided_at     = excluded.decided_at
             , policy_version = excluded.policy_version
        """;

    public static Task<List<KnownLink>> Of(
        HubTransaction work, IReadOnlyCollection<AidRef> lines, CancellationToken cancellationToken) =>
        work.Query(
            OfSql,
            [
                Parameter.As(lines.Where(line => line.Side == AidSide.Government).Select(line => line.Id).ToArray()),
                Parameter.As(lines.Where(line => line.Side == AidSide.Charity).Select(line => line.Id).ToArray()),
            ],
            Read, cancellationToken);

    /// <summary>Pairs a person has to decide, the oldest first.</summary>
    public static Task<List<KnownLink>> Suspects(HubTransaction work, int limit, CancellationToken cancellationToken) =>
        work.Query(SuspectsSql, [Parameter.As(limit)], Read, cancellationToken);

    /// <summary>Writes what the rule makes of the pairs now; known pairs that are none any more end.</summary>
    public static async Task Keep(
        HubTransaction work, IReadOnlyCollection<PaymentPair> pairs, IReadOnlyCollection<KnownLink> known, string policyVersion,
        DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (pairs.Count > 0)
        {
            await work.Execute(
                KeepSql,
                [
                    Parameter.Column(pairs, pair => pair.Government.Id, NpgsqlDbType.Text),
                    Parameter.Column(pairs, pair => pair.Charity.Id, NpgsqlDbType.Text),
                    Parameter.Column(pairs, pair => pair.Verdict == PairVerdict.Link ? "LINK" : "SUSPECT", NpgsqlDbType.Text),
                    Parameter.Column(pairs, pair => pair.Score, NpgsqlDbType.Integer),
                    Parameter.Column(pairs, pair => string.Join(',', pair.Reasons), NpgsqlDbType.Text),
                    Parameter.Instant(now), Parameter.Text(policyVersion),
                ],
                cancellationToken);
        }

        var standing = pairs.Select(pair => (pair.Government, pair.Charity)).ToHashSet();
        var gone = known.Where(link => link is { Kind: SamePaymentKind, DecidedBy: Rule, State: not "ENDED" }
            && !standing.Contains((link.Left, link.Right))).ToList();
        if (gone.Count > 0)
        {
            await work.Execute(
                EndSql,
                [
                    Parameter.Column(gone, link => link.Left.Id, NpgsqlDbType.Text),
                    Parameter.Column(gone, link => link.Right.Id, NpgsqlDbType.Text), Parameter.Instant(now),
                ],
                cancellationToken);
        }
    }

    /// <summary>Writes what a person said of a pair.</summary>
    public static Task Decide(
        HubTransaction work, string kind, AidRef left, AidRef right, string state, string by, string reason, string policyVersion,
        DateTimeOffset now, CancellationToken cancellationToken) =>
        work.Execute(
            DecideSql,
            [
                Parameter.Text(kind), Parameter.Text(left.Source), Parameter.Text(left.Id), Parameter.Text(right.Source),
                Parameter.Text(right.Id), Parameter.Text(state), Parameter.Text(by), Parameter.Text(reason), Parameter.Instant(now),
                Parameter.Text(policyVersion),
            ],
            cancellationToken);

    internal static AidSide SideOf(string source) => source == "provincial" ? AidSide.Government : AidSide.Charity;

    private static KnownLink Read(Npgsql.NpgsqlDataReader row) => new(
        row.GetString(0), new AidRef(SideOf(row.GetString(1)), row.GetString(2)), new AidRef(SideOf(row.GetString(3)), row.GetString(4)),
        row.GetString(5), row.GetInt32(6), row.GetFieldValue<string[]>(7), row.GetString(8), row.TextOrNull(9),
        row.GetFieldValue<DateTimeOffset>(10));
}
