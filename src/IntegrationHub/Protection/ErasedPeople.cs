using IntegrationHub.Database;
using NpgsqlTypes;

namespace IntegrationHub.Protection;

/// <summary>
/// Who was erased (P13): keyed indexes, nothing that names anybody. Work that takes records in asks under a shared lock, so
/// that an erasure waits for what is under way and nothing begun before it can write after it.
/// </summary>
public static class ErasedPeople
{
    private const long Erasing = 7_110_010;

    internal const string LockSharedSql = """
        select pg_advisory_xact_lock_shared($1)
        """;

    internal const string LockSql = """
        select pg_advisory_xact_lock($1)
        """;

    internal const string AllSql = """
        select person_key
          from protection.erased
        """;

    internal const string AddSql = """
        insert into protection.erased (person_key, erased_at)
        select key, $2
          from unnest($1::uuid[]) as key
            on conflict do nothing
        """;

    internal const string ReadmitSql = """
        delete from protection.erased
         where person_key = any ($1)
        """;

    internal const string SinceSql = """
        select min(erased_at)
          from protection.erased
         where person_key = any ($1)
        """;

    /// <summary>Everybody erased so far; until the transaction ends nobody is erased.</summary>
    public static async Task<IReadOnlySet<Guid>> Guard(HubTransaction work, CancellationToken cancellationToken)
    {
        await work.Execute(LockSharedSql, [Parameter.As(Erasing)], cancellationToken);
        return (await work.Query(AllSql, [], row => row.GetGuid(0), cancellationToken)).ToHashSet();
    }

    /// <summary>When a person with these keys was erased; null if never.</summary>
    public static async Task<DateTimeOffset?> Since(
        HubTransaction work, IReadOnlyCollection<Guid> keys, CancellationToken cancellationToken) =>
        (await work.Query(
            SinceSql, [Parameter.As(keys.ToArray())], row => row.ValueOrNull<DateTimeOffset>(0), cancellationToken)).Single();

    /// <summary>Waits for all that is taking records in, and keeps it waiting until the transaction ends.</summary>
    internal static Task Lock(HubTransaction work, CancellationToken cancellationToken) =>
        work.Execute(LockSql, [Parameter.As(Erasing)], cancellationToken);

    internal static Task Add(
        HubTransaction work, IReadOnlyCollection<Guid> keys, DateTimeOffset now, CancellationToken cancellationToken) =>
        work.Execute(
            AddSql,
            [Parameter.As(keys.ToArray()), new Npgsql.NpgsqlParameter<DateTimeOffset> { TypedValue = now.ToUniversalTime(), NpgsqlDbType = NpgsqlDbType.TimestampTz }],
            cancellationToken);

    internal static Task<int> Readmit(HubTransaction work, IReadOnlyCollection<Guid> keys, CancellationToken cancellationToken) =>
        work.Execute(ReadmitSql, [Parameter.As(keys.ToArray())], cancellationToken);
}
