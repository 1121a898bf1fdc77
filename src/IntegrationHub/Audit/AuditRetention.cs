using IntegrationHub.Database;

namespace IntegrationHub.Audit;

/// <summary>
/// Takes whole days off the beginning of the audit log (P14): never a day whose root is not outside, and never before the log
/// itself has said so, so that a verification begins at the root of the last day taken off.
/// </summary>
public static class AuditRetention
{
    /// <summary>The action of the entry that says what is going to be taken off.</summary>
    public const string Action = "retention.begun";

    internal const string DueSql = """
        select coalesce(max(r.last_sequence), 0)
          from audit.root r
         where r.day < $1
           and not exists (select from audit.root other where other.day <= r.day and other.exported_at is null)
        """;

    internal const string CountSql = """
        select count(*)
          from audit.entry
         where sequence <= $1
        """;

    internal const string NextDaySql = """
        select min(r.last_sequence)
          from audit.root r
         where r.last_sequence <= $1
           and r.last_sequence >= (select min(sequence) from audit.entry)
        """;

    internal const string DeleteSql = """
        delete from audit.entry
         where sequence <= $1
        """;

    internal const string FirstSql = """
        select coalesce(min(sequence), 1)
          from audit.entry
        """;

    internal const string SaidSql = """
        select coalesce(max((detail::jsonb ->> 'auditThrough')::bigint), 0), max((detail::jsonb ->> 'releasesBefore')::timestamptz)
          from audit.entry
         where action = $1
        """;

    /// <summary>The last entry that may go: of a day before this one, whose root and all before it are outside.</summary>
    public static Task<long> DueThrough(HubTransaction work, DateOnly before, CancellationToken cancellationToken) =>
        One(work, DueSql, Parameter.Date(before), cancellationToken);

    public static Task<long> Count(HubTransaction work, long through, CancellationToken cancellationToken) =>
        One(work, CountSql, Parameter.As(through), cancellationToken);

    /// <summary>Takes the first day off that is due; 0 if none is left.</summary>
    public static async Task<int> TakeDay(HubTransaction work, long through, CancellationToken cancellationToken) =>
        (await work.Query(NextDaySql, [Parameter.As(through)], row => row.ValueOrNull<long>(0), cancellationToken)).Single() is { } last
            ? await work.Execute(DeleteSql, [Parameter.As(last)], cancellationToken)
            : 0;

    /// <summary>The first entry there is.</summary>
    internal static async Task<long> First(HubTransaction work, CancellationToken cancellationToken) =>
        (await work.Query(FirstSql, [], row => row.GetInt64(0), cancellationToken)).Single();

    /// <summary>How far the log says it was taken off, and since when releases are kept.</summary>
    public static async Task<(long Through, DateTimeOffset? ReleasesBefore)> Said(HubTransaction work, CancellationToken cancellationToken) =>
        (await work.Query(
            SaidSql, [Parameter.Text(Action)], row => (row.GetInt64(0), row.ValueOrNull<DateTimeOffset>(1)), cancellationToken)).Single();

    private static async Task<long> One(
        HubTransaction work, string sql, Npgsql.NpgsqlParameter parameter, CancellationToken cancellationToken) =>
        (await work.Query(sql, [parameter], row => row.GetInt64(0), cancellationToken)).Single();
}
