using IntegrationHub.Database;
using Npgsql;

namespace IntegrationHub.Consent;

/// <summary>
/// Who may not be matched with an organisation by a machine alone (P18; PIPL Art. 24): the person objected, and nobody
/// has looked at the matching and confirmed it since.
/// </summary>
public static class MatchingStore
{
    internal const string AddSql = """
        insert into consent.matching (person_key, objects, said_by, reason, at)
        values ($1, $2, $3, $4, $5)
        """;

    internal const string NewestSql = """
        select distinct on (person_key) person_key, objects, said_by, reason, at
          from consent.matching
         where person_key = any ($1)
         order by person_key, number desc
        """;

    public static Task Add(
        HubTransaction work, Guid personKey, MatchingWord word, CancellationToken cancellationToken) => work.Execute(
        AddSql,
        [
            Parameter.As(personKey), Parameter.As(word.Objects), Parameter.Text(word.SaidBy),
            Parameter.Text(word.Reason), Parameter.Instant(word.At),
        ],
        cancellationToken);

    /// <summary>Those of these people who object now.</summary>
    public static async Task<HashSet<Guid>> Objecting(
        HubTransaction work, IReadOnlyCollection<Guid> people, CancellationToken cancellationToken) =>
        [.. (await Newest(work, people, cancellationToken)).Where(word => word.Value.Objects).Select(word => word.Key)];

    /// <summary>The newest word about each of these people; about whom nobody said anything is left out.</summary>
    public static async Task<Dictionary<Guid, MatchingWord>> Newest(
        HubTransaction work, IReadOnlyCollection<Guid> people, CancellationToken cancellationToken) =>
        (await work.Query(
            NewestSql, [Parameter.As(people.ToArray())], row => (row.GetGuid(0), Word: Read(row)), cancellationToken))
        .ToDictionary(row => row.Item1, row => row.Word);

    private static MatchingWord Read(NpgsqlDataReader row) => new(
        row.GetBoolean(1), row.GetString(2), row.GetString(3), row.GetFieldValue<DateTimeOffset>(4));
}

/// <summary>What was said about the matching of a person: an objection, or a person's confirmation of it.</summary>
public sealed record MatchingWord(bool Objects, string SaidBy, string Reason, DateTimeOffset At);
