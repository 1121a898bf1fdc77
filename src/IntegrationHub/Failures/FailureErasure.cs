using IntegrationHub.Database;

namespace IntegrationHub.Failures;

/// <summary>A failed record's sealed body.</summary>
public sealed record FailedBody(long FailureId, byte[] Body);

/// <summary>Empties failed records that hold a person who was erased: that it failed stays, what it said goes.</summary>
public static class FailureErasure
{
    internal const string BodiesSql = """
        select failure_id, body
          from failures.failed_message
         where endpoint = $1
           and length(body) > 0
        """;

    internal const string EmptySql = """
        with was as (
            select failure_id, group_id, state
              from failures.failed_message
             where failure_id = any ($1)
        ), told as (
            insert into failures.tally (group_id, at, failed, opened)
            select group_id, now(), 0, -count(*)
              from was
             where state = 'NEW'
             group by group_id
        ), gone as (
            delete from failures.subject
             where failure_id = any ($1)
        )
        update failures.failed_message
           set body     = '\x'
             , state    = 'ERASED'
             , retry_at = null
         where failure_id = any ($1)
        """;

    /// <summary>The bodies of failed records; those of bus messages hold no person.</summary>
    public static Task<List<FailedBody>> Records(HubTransaction work, CancellationToken cancellationToken) =>
        work.Query(
            BodiesSql, [Parameter.Text(FailureStore.RecordEndpoint)],
            row => new FailedBody(row.GetInt64(0), row.GetFieldValue<byte[]>(1)), cancellationToken);

    public static Task<int> Empty(HubTransaction work, IReadOnlyCollection<long> failures, CancellationToken cancellationToken) =>
        work.Execute(EmptySql, [Parameter.As(failures.ToArray())], cancellationToken);
}
