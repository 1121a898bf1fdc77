using System.Text.Json;
using IntegrationHub.Database;
using NpgsqlTypes;

namespace IntegrationHub.Reconciliation;

/// <summary>The reconciliations made, each with its differences.</summary>
public static class ReconciliationStore
{
    internal const string TryLockSql = """
        select pg_try_advisory_xact_lock(7110002)
        """;

    internal const string LastUntilSql = """
        select until
          from reconciliation.run
         order by until desc
         limit 1
        """;

    // Whoever dates anything has torn off a ticket or locked a row before, so its transaction has an id by then.
    internal const string OldestWriterSql = """
        select coalesce(max(extract(epoch from clock_timestamp() - xact_start)), 0)::float8
          from pg_stat_activity
         where datname = current_database()
           and backend_xid is not null
           and pid <> pg_backend_pid()
        """;

    internal const string AddRunSql = """
        insert into reconciliation.run (reconciliation_id, since, until, totals, unexplained, digest)
        values ($1, $2, $3, $4, $5, $6)
        """;

    internal const string AddDifferencesSql = """
        insert into reconciliation.difference (reconciliation_id, level, class, source, key, explained)
        select $1, found.level, found.class, found.source, found.key, found.explained
          from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
               as found (level, class, source, key, explained)
        """;

    internal const string LastIdSql = """
        select reconciliation_id
          from reconciliation.run
         order by until desc, reconciliation_id desc
         limit 1
        """;

    internal const string RunSql = """
        select since, until, totals
          from reconciliation.run
         where reconciliation_id = $1
        """;

    internal const string DifferencesSql = """
        select level, class, source, key, explained
          from reconciliation.difference
         where reconciliation_id = $1
        """;

    /// <summary>True if no other reconciliation is being written; then none is until this one ends.</summary>
    public static async Task<bool> TryLock(HubTransaction work, CancellationToken cancellationToken) =>
        (await work.Query(TryLockSql, [], row => row.GetBoolean(0), cancellationToken)).Single();

    /// <summary>Where the next window begins: at the end of the last one, or with the hub.</summary>
    public static async Task<DateTimeOffset> LastUntil(HubTransaction work, CancellationToken cancellationToken)
    {
        var ends = await work.Query(LastUntilSql, [], row => row.GetFieldValue<DateTimeOffset>(0), cancellationToken);
        return ends.Count == 0 ? DateTimeOffset.UnixEpoch : ends[0];
    }

    /// <summary>
    /// The latest instant before which everything is committed. What a transaction that is still writing dates before
    /// now cannot be seen yet; the window ends before it, so that the next one counts it.
    /// </summary>
    public static async Task<DateTimeOffset> Settled(
        HubTransaction work, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var oldest = (await work.Query(OldestWriterSql, [], row => row.GetDouble(0), cancellationToken)).Single();
        var settled = now - TimeSpan.FromSeconds(Math.Max(0, oldest));
        // As it is stored, so that the report read back is the same.
        return new DateTimeOffset(settled.UtcTicks - (settled.UtcTicks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);
    }

    public static async Task Save(HubTransaction work, ReconciliationReport report, CancellationToken cancellationToken)
    {
        await work.Execute(
            AddRunSql,
            [
                Parameter.As(report.ReconciliationId), Parameter.Instant(report.Since), Parameter.Instant(report.Until),
                Parameter.Json(JsonSerializer.Serialize(report.Counts, JsonSerializerOptions.Web)),
                Parameter.As(report.Unexplained), Parameter.Text(report.Digest()),
            ],
            cancellationToken);
        if (report.Differences.Count > 0)
        {
            await work.Execute(
                AddDifferencesSql,
                [
                    Parameter.As(report.ReconciliationId),
                    Parameter.Column(report.Differences, one => one.Level, NpgsqlDbType.Text),
                    Parameter.Column(report.Differences, one => one.Class, NpgsqlDbType.Text),
                    Parameter.Column(report.Differences, one => one.Source, NpgsqlDbType.Text),
                    Parameter.Column(report.Differences, one => one.Key, NpgsqlDbType.Text),
                    Parameter.Column(report.Differences, one => one.Explained, NpgsqlDbType.Text),
                ],
                cancellationToken);
        }
    }

    public static async Task<ReconciliationReport?> Last(HubTransaction work, CancellationToken cancellationToken)
    {
        var last = await work.Query(LastIdSql, [], row => row.GetGuid(0), cancellationToken);
        return last.Count == 0 ? null : await Find(work, last[0], cancellationToken);
    }

    public static async Task<ReconciliationReport?> Find(
        HubTransaction work, Guid reconciliationId, CancellationToken cancellationToken)
    {
        var runs = await work.Query(
            RunSql, [Parameter.As(reconciliationId)],
            row => (
                Since: row.GetFieldValue<DateTimeOffset>(0), Until: row.GetFieldValue<DateTimeOffset>(1),
                Counts: JsonSerializer.Deserialize<NightCounts>(row.GetString(2), JsonSerializerOptions.Web)),
            cancellationToken);
        if (runs.Count == 0)
            return null;
        var differences = await work.Query(
            DifferencesSql, [Parameter.As(reconciliationId)],
            row => new Difference(
                row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), row.TextOrNull(4)),
            cancellationToken);
        return new ReconciliationReport
        {
            ReconciliationId = reconciliationId,
            Since = runs[0].Since,
            Until = runs[0].Until,
            Counts = runs[0].Counts!, // the column is not null, and Save wrote it
            Differences = ReconciliationReport.InOrder(differences),
        };
    }
}
