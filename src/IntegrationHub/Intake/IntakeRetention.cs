using IntegrationHub.Database;

namespace IntegrationHub.Intake;

/// <summary>An archived original whose time is over.</summary>
public sealed record DueFile(string ArchiveRef, int[] Files);

/// <summary>What intake keeps for a time: originals, and what explains them (P14).</summary>
public static class IntakeRetention
{
    // The same content may have come again later: then its time is that of the newest.
    internal const string DueFilesSql = """
        select archive_ref, array_agg(file_id)
          from intake.file
         where archive_ref <> ''
         group by archive_ref
        having max(received_at) < $1
           and not bool_or(state in ('LANDING', 'HELD', 'RELEASING'))
         order by archive_ref
        """;

    internal const string ForgetArchiveSql = """
        update intake.file
           set archive_ref = ''
         where archive_ref = $1
        """;

    internal const string KnownSql = """
        select distinct archive_ref
          from intake.file
         where archive_ref = any ($1)
        """;

    internal const string CountQuarantineSql = """
        select count(*)
          from intake.quarantine q
          join intake.file f on f.file_id = q.file_id
         where f.received_at < $1
           and q.file_id <> all ($2)
        """;

    internal const string DeleteQuarantineSql = """
        delete from intake.quarantine
         where (file_id, row_number) in (select q.file_id, q.row_number
                                           from intake.quarantine q
                                           join intake.file f on f.file_id = q.file_id
                                          where f.received_at < $1
                                            and q.file_id <> all ($2)
                                          limit $3)
        """;

    internal const string CountRepairsSql = """
        select count(*)
          from intake.repair r
          join intake.file f on f.file_id = r.file_id
         where f.received_at < $1
           and r.file_id <> all ($2)
        """;

    internal const string DeleteRepairsSql = """
        delete from intake.repair
         where (file_id, row_number, column_name) in (select r.file_id, r.row_number, r.column_name
                                                        from intake.repair r
                                                        join intake.file f on f.file_id = r.file_id
                                                       where f.received_at < $1
                                                         and r.file_id <> all ($2)
                                                       limit $3)
        """;

    internal const string CountIdempotencySql = """
        select count(*)
          from intake.idempotency
         where received_at < $1
        """;

    internal const string DeleteIdempotencySql = """
        delete from intake.idempotency
         where (caller, key) in (select caller, key
                                   from intake.idempotency
                                  where received_at < $1
                                  limit $2)
        """;

    public static Task<List<DueFile>> DueFiles(HubTransaction work, DateTimeOffset before, CancellationToken cancellationToken) =>
        work.Query(
            DueFilesSql, [Parameter.Instant(before)], row => new DueFile(row.GetString(0), row.GetFieldValue<int[]>(1)), cancellationToken);

    /// <summary>Those of these archived files that a row still points to.</summary>
    internal static async Task<HashSet<string>> Known(
        HubTransaction work, IReadOnlyCollection<string> references, CancellationToken cancellationToken) =>
        [.. await work.Query(KnownSql, [Parameter.As(references.ToArray())], row => row.GetString(0), cancellationToken)];

    internal static Task ForgetArchive(HubTransaction work, string reference, CancellationToken cancellationToken) =>
        work.Execute(ForgetArchiveSql, [Parameter.Text(reference)], cancellationToken);
}
