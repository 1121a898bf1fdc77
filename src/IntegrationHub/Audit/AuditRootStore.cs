using IntegrationHub.Database;
using Npgsql;

namespace IntegrationHub.Audit;

/// <summary>The daily roots and the public keys they were signed with.</summary>
public static class AuditRootStore
{
    private const string Columns = """
        day, first_sequence, last_sequence, digest, head, previous, suite, key_id, statement, signature, made_at, exported_at
        """;

    internal const string AllSql = $"""
        select {Columns}
          from audit.root
         order by day
        """;

    internal const string LastSql = $"""
        select {Columns}
          from audit.root
         order by day desc
         limit 1
        """;

    internal const string AddSql = """
        insert into audit.root (
               day, first_sequence, last_sequence, digest, head, previous, statement, suite, key_id, signature, made_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        """;

    internal const string ExportedSql = """
        update audit.root
           set exported_at = $2
         where day = $1
           and exported_at is null
        """;

    // The first entry after the day says where the day ended: whatever came late is in the next root, never in none.
    internal const string LastOfDaySql = """
        select coalesce((select min(e.sequence) - 1
                           from audit.entry e
                          where e.sequence > $1
                            and e.at >= $2), h.sequence)
          from audit.head h
        """;

    internal const string HashSql = """
        select hash
          from audit.entry
         where sequence = $1
        """;

    internal const string FirstSql = """
        select at
          from audit.entry
         order by sequence
         limit 1
        """;

    internal const string KeysSql = """
        select key_id, suite, public_key, made_at
          from audit.signing_key
         order by made_at, key_id
        """;

    internal const string AddKeySql = """
        insert into audit.signing_key (key_id, suite, public_key, made_at)
        values ($1, $2, $3, $4)
            on conflict (key_id) do nothing
        """;

    /// <summary>All roots, the oldest first: one a day, so they fit in memory for as long as anybody keeps them.</summary>
    public static Task<List<SignedRoot>> All(HubTransaction work, CancellationToken cancellationToken) =>
        work.Query(AllSql, [], Read, cancellationToken);

    public static Task<List<SigningKey>> Keys(HubTransaction work, CancellationToken cancellationToken) =>
        work.Query(
            KeysSql, [],
            row => new SigningKey(row.GetString(0), row.GetString(1), row.GetFieldValue<byte[]>(2), row.GetFieldValue<DateTimeOffset>(3)),
            cancellationToken);

    internal static async Task<SignedRoot?> Last(HubTransaction work, CancellationToken cancellationToken) =>
        (await work.Query(LastSql, [], Read, cancellationToken)).SingleOrDefault();

    internal static async Task<DateTimeOffset?> FirstEntry(HubTransaction work, CancellationToken cancellationToken) =>
        (await work.Query(FirstSql, [], row => (DateTimeOffset?)row.GetFieldValue<DateTimeOffset>(0), cancellationToken)).SingleOrDefault();

    internal static async Task<long> LastOfDay(
        HubTransaction work, long after, DateTimeOffset dayEnds, CancellationToken cancellationToken) =>
        (await work.Query(
            LastOfDaySql, [Parameter.As(after), Parameter.Instant(dayEnds)], row => row.GetInt64(0), cancellationToken)).Single();

    internal static async Task<byte[]> HashOf(HubTransaction work, long sequence, CancellationToken cancellationToken) =>
        sequence == 0
            ? ChainMark.Beginning.Hash
            : (await work.Query(HashSql, [Parameter.As(sequence)], row => row.GetFieldValue<byte[]>(0), cancellationToken)).Single();

    internal static Task Add(HubTransaction work, SignedRoot signed, CancellationToken cancellationToken) => work.Execute(
        AddSql,
        [
            Parameter.Date(signed.Root.Day), Parameter.As(signed.Root.FirstSequence), Parameter.As(signed.Root.LastSequence),
            Parameter.Text(signed.Root.Digest), Parameter.Bytes(signed.Root.Head),
            Parameter.Bytes(signed.Root.Previous), Parameter.Text(signed.Statement), Parameter.Text(signed.Root.Suite),
            Parameter.Text(signed.Root.KeyId), Parameter.Bytes(signed.Signature), Parameter.Instant(signed.MadeAt),
        ],
        cancellationToken);

    internal static Task Exported(HubTransaction work, DateOnly day, DateTimeOffset now, CancellationToken cancellationToken) =>
        work.Execute(ExportedSql, [Parameter.Date(day), Parameter.Instant(now)], cancellationToken);

    internal static Task AddKey(HubTransaction work, SigningKey key, CancellationToken cancellationToken) => work.Execute(
        AddKeySql,
        [Parameter.Text(key.KeyId), Parameter.Text(key.Suite), Parameter.Bytes(key.PublicKey), Parameter.Instant(key.MadeAt)],
        cancellationToken);

    private static SignedRoot Read(NpgsqlDataReader row) => new(
        new AuditRoot
        {
            Day = row.GetFieldValue<DateOnly>(0),
            FirstSequence = row.GetInt64(1),
            LastSequence = row.GetInt64(2),
            Digest = row.GetString(3),
            Head = row.GetFieldValue<byte[]>(4),
            Previous = row.GetFieldValue<byte[]>(5),
            Suite = row.GetString(6),
            KeyId = row.GetString(7),
        },
        row.GetString(8), row.GetFieldValue<byte[]>(9), row.GetFieldValue<DateTimeOffset>(10),
        row.ValueOrNull<DateTimeOffset>(11));
}
