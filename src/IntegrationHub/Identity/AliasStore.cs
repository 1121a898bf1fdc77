using IntegrationHub.Database;
using Npgsql;
using NpgsqlTypes;

namespace IntegrationHub.Identity;

/// <summary>An alias with everything that explains it.</summary>
internal sealed record AliasRow
{
    public required Alias Alias { get; init; }
    public required string Reason { get; init; }
    public required Guid ReviewId { get; init; }
    public required double Score { get; init; }
    public required IReadOnlyList<string> Explanation { get; init; }
    public required string RuleVersion { get; init; }
    public required string ProposedBy { get; init; }
    public required string ApprovedBy { get; init; }
}

/// <summary>The aliases: which keys mean one person. What is taken back moves to identity.past_alias.</summary>
internal static class AliasStore
{
    internal const string AroundSql = """
        select alias_key, person_key, name_index, into_key, automatic
          from identity.alias
         where alias_key = any ($1)
            or into_key = any ($1)
            or (person_key = any ($1) and name_index is not null)
        """;

    internal const string EverAroundSql = """
        select alias_key, person_key, name_index, into_key, automatic
          from identity.alias
         where alias_key = any ($1)
            or into_key = any ($1)
        union all
        select alias_key, person_key, name_index, into_key, automatic
          from identity.past_alias
         where alias_key = any ($1)
            or into_key = any ($1)
        """;

    // Lists travel as JSON text: an array of arrays would come out of unnest flattened.
    internal const string AddSql = """
        insert into identity.alias (
               alias_key, person_key, name_index, into_key, reason, automatic, review_id, score, explanation, rule_version,
               proposed_by, approved_by, made_at)
        select made.alias_key, made.person_key, made.name_index, made.into_key, made.reason, made.automatic, made.review_id
             , made.score, array(select jsonb_array_elements_text(made.explanation)), made.rule_version, made.proposed_by
             , made.approved_by, $13::timestamptz
          from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::boolean[], $7::uuid[], $8::real[],
                      $9::jsonb[], $10::text[], $11::text[], $12::text[])
               as made (alias_key, person_key, name_index, into_key, reason, automatic, review_id, score, explanation,
                        rule_version, proposed_by, approved_by)
            on conflict (alias_key) do nothing
        returning alias_key
        """;

    internal const string UndoSql = """
        with gone as (
            delete from identity.alias
             where alias_key = $1
            returning alias_key, person_key, name_index, into_key, reason, automatic, review_id, rule_version, proposed_by,
                      approved_by, made_at
        )
        insert into identity.past_alias (
               alias_key, person_key, name_index, into_key, reason, automatic, review_id, rule_version, proposed_by,
               approved_by, made_at, undone_by, undone_why, undone_at)
        select gone.*, $2, $3, $4
          from gone
        returning alias_key, person_key, name_index, into_key, automatic
        """;

    internal const string OfReviewSql = """
        select alias_key, person_key, name_index, into_key, automatic
          from identity.alias
         where review_id = $1
        """;

    /// <summary>Every alias that touches these keys or keys joined to them.</summary>
    /// <param name="work">The open transaction.</param>
    /// <param name="people">The keys to start from.</param>
    /// <param name="ever">True to follow aliases that were taken back too.</param>
    /// <param name="cancellationToken">Ends the queries.</param>
    public static async Task<IReadOnlyCollection<Alias>> Around(
        HubTransaction work, IEnumerable<Guid> people, bool ever, CancellationToken cancellationToken)
    {
        var found = new HashSet<Alias>();
        var seen = people.ToHashSet();
        // Mostly the first look finds nothing: few people have an alias.
        for (var next = seen.ToArray(); next.Length > 0;)
        {
            var aliases = await work.Query(ever ? EverAroundSql : AroundSql, [Parameter.As(next)], Read, cancellationToken);
            found.UnionWith(aliases);
            next = [.. aliases.Where(alias => alias.NameIndex is null).SelectMany(alias => new[] { alias.AliasKey, alias.IntoKey }).Where(seen.Add)];
        }

        return found;
    }

    /// <summary>Adds aliases and says which were new.</summary>
    public static Task<List<Guid>> Add(
        HubTransaction work, IReadOnlyCollection<AliasRow> rows, DateTimeOffset now, CancellationToken cancellationToken) =>
        work.Query(
            AddSql,
            [
                Parameter.Column(rows, row => row.Alias.AliasKey, NpgsqlDbType.Uuid),
                Parameter.Column(rows, row => row.Alias.PersonKey, NpgsqlDbType.Uuid),
                Parameter.Column(rows, row => row.Alias.NameIndex, NpgsqlDbType.Uuid),
                Parameter.Column(rows, row => row.Alias.IntoKey, NpgsqlDbType.Uuid),
                Parameter.Column(rows, row => row.Reason, NpgsqlDbType.Text),
                Parameter.Column(rows, row => row.Alias.Automatic, NpgsqlDbType.Boolean),
                Parameter.Column(rows, row => row.ReviewId, NpgsqlDbType.Uuid),
                Parameter.Column(rows, row => (float)row.Score, NpgsqlDbType.Real),
                Parameter.Column(rows, row => System.Text.Json.JsonSerializer.Serialize(row.Explanation), NpgsqlDbType.Jsonb),
                Parameter.Column(rows, row => row.RuleVersion, NpgsqlDbType.Text),
                Parameter.Column(rows, row => row.ProposedBy, NpgsqlDbType.Text),
                Parameter.Column(rows, row => row.ApprovedBy, NpgsqlDbType.Text),
                Parameter.Instant(now),
            ],
            row => row.GetGuid(0),
            cancellationToken);

    /// <summary>Takes one alias back; null if it is not there.</summary>
    public static async Task<Alias?> Undo(
        HubTransaction work, Guid aliasKey, string by, string why, DateTimeOffset now, CancellationToken cancellationToken) =>
        (await work.Query(
            UndoSql, [Parameter.As(aliasKey), Parameter.Text(by), Parameter.Text(why), Parameter.Instant(now)],
            Read, cancellationToken)).SingleOrDefault();

    public static async Task<Alias?> OfReview(HubTransaction work, Guid reviewId, CancellationToken cancellationToken) =>
        (await work.Query(OfReviewSql, [Parameter.As(reviewId)], Read, cancellationToken)).SingleOrDefault();

    private static Alias Read(NpgsqlDataReader row) =>
        new(row.GetGuid(0), row.GetGuid(1), row.ValueOrNull<Guid>(2), row.GetGuid(3), row.GetBoolean(4));
}
