using IntegrationHub.Database;
using Npgsql;
using NpgsqlTypes;

namespace IntegrationHub.Identity;

/// <summary>What somebody said about a person's death (P15). Evidence is a reference or a hash.</summary>
public sealed record DeathWord
{
    /// <summary>Said by a record of a source.</summary>
    public const string FromRecord = "RECORD";

    /// <summary>Said by a person who looked.</summary>
    public const string FromOperator = "OPERATOR";

    public required Guid PersonKey { get; init; }

    /// <summary>A <see cref="DeathStatus"/>.</summary>
    public required string Status { get; init; }
    public required string Origin { get; init; }
    public string? Evidence { get; init; }
    public required string SaidBy { get; init; }
    public required string Reason { get; init; }
    public required DateTimeOffset At { get; init; }
}

/// <summary>A record whose name cell says that the person is dead.</summary>
public sealed record DeathNote(Guid SourceKey, Guid PersonKey, DateTimeOffset NotedAt);

/// <summary>What follows from the records' notes, where a person may have looked already. Pure.</summary>
public static class DeathRules
{
    /// <summary>
    /// The status to change to, or null to leave it. A finding of a person stands against every note it was made in the
    /// face of; a suspicion that no record repeats any more is over; a confirmed death only a person takes back.
    /// </summary>
    public static string? ChangeBy(DeathWord? newest, IReadOnlyCollection<DeathNote> notes)
    {
        var status = newest?.Status ?? DeathStatus.None;
        var isNoted = notes.Any(note =>
            newest is not { Origin: DeathWord.FromOperator } || note.NotedAt > newest.At);
        return (status, isNoted) switch
        {
            (DeathStatus.None, true) => DeathStatus.Suspected,
            (DeathStatus.Suspected, false) when newest?.Origin == DeathWord.FromRecord && notes.Count == 0 => DeathStatus.None,
            _ => null,
        };
    }
}

/// <summary>What is known of deaths, and the records that made someone suspect one.</summary>
public static class DeathBook
{
    // A note keeps the instant it was first made: a record that is sent again says nothing new.
    internal const string NoteSql = """
        insert into identity.death_note as known (source_key, person_key, noted_at)
        select source_key, person_key, $3::timestamptz
          from unnest($1::uuid[], $2::uuid[]) as noted (source_key, person_key)
            on conflict (source_key) do update
           set person_key = excluded.person_key
             , noted_at   = excluded.noted_at
         where known.person_key <> excluded.person_key
        """;

    internal const string ClearSql = """
        delete from identity.death_note
         where source_key = any ($1)
        returning person_key
        """;

    internal const string NotesSql = """
        select source_key, person_key, noted_at
          from identity.death_note
         where person_key = any ($1)
        """;

    internal const string NewestSql = """
        select distinct on (person_key) person_key, status, origin, evidence, said_by, reason, at
          from identity.death
         where person_key = any ($1)
         order by person_key, number desc
        """;

    internal const string AddSql = """
        insert into identity.death (person_key, status, origin, evidence, said_by, reason, at)
        select *
          from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[])
        """;

    public static Task Note(
        HubTransaction work, IReadOnlyCollection<(Guid SourceKey, Guid PersonKey)> noted, DateTimeOffset at,
        CancellationToken cancellationToken) => work.Execute(
        NoteSql,
        [
            Parameter.Column(noted, note => note.SourceKey, NpgsqlDbType.Uuid),
            Parameter.Column(noted, note => note.PersonKey, NpgsqlDbType.Uuid),
            Parameter.Instant(at),
        ],
        cancellationToken);

    /// <summary>Takes the notes of these records away and says about whom they were.</summary>
    public static Task<List<Guid>> Clear(
        HubTransaction work, IReadOnlyCollection<Guid> sourceKeys, CancellationToken cancellationToken) =>
        work.Query(ClearSql, [Parameter.As(sourceKeys.ToArray())], row => row.GetGuid(0), cancellationToken);

    public static async Task<ILookup<Guid, DeathNote>> Notes(
        HubTransaction work, IReadOnlyCollection<Guid> people, CancellationToken cancellationToken) =>
        (await work.Query(
            NotesSql, [Parameter.As(people.ToArray())],
            row => new DeathNote(row.GetGuid(0), row.GetGuid(1), row.GetFieldValue<DateTimeOffset>(2)),
            cancellationToken)).ToLookup(note => note.PersonKey);

    /// <summary>The newest word about each of these keys.</summary>
    public static async Task<Dictionary<Guid, DeathWord>> Newest(
        HubTransaction work, IReadOnlyCollection<Guid> people, CancellationToken cancellationToken) =>
        (await work.Query(NewestSql, [Parameter.As(people.ToArray())], Read, cancellationToken))
        .ToDictionary(word => word.PersonKey);

    public static Task Add(
        HubTransaction work, IReadOnlyCollection<DeathWord> words, CancellationToken cancellationToken) => work.Execute(
        AddSql,
        [
            Parameter.Column(words, word => word.PersonKey, NpgsqlDbType.Uuid),
            Parameter.Column(words, word => word.Status, NpgsqlDbType.Text),
            Parameter.Column(words, word => word.Origin, NpgsqlDbType.Text),
            Parameter.Column(words, word => word.Evidence, NpgsqlDbType.Text),
            Parameter.Column(words, word => word.SaidBy, NpgsqlDbType.Text),
            Parameter.Column(words, word => word.Reason, NpgsqlDbType.Text),
            Parameter.Column(words, word => word.At.ToUniversalTime(), NpgsqlDbType.TimestampTz),
        ],
        cancellationToken);

    private static DeathWord Read(NpgsqlDataReader row) => new()
    {
        PersonKey = row.GetGuid(0),
        Status = row.GetString(1),
        Origin = row.GetString(2),
        Evidence = row.TextOrNull(3),
        SaidBy = row.GetString(4),
        Reason = row.GetString(5),
        At = row.GetFieldValue<DateTimeOffset>(6),
    };
}
