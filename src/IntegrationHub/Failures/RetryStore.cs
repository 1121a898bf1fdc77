using IntegrationHub.Database;

namespace IntegrationHub.Failures;

/// <summary>A pause after which a transient failure is sent again by itself.</summary>
public sealed record RetryStep(int Number, TimeSpan Pause);

/// <summary>
/// What happens to failures by themselves: due ones go again, those that went and took effect are closed, tallies are
/// folded into their groups. All of it stands in tables, so that a person can see and change it.
/// </summary>
internal static class RetryStore
{
    // Who waits behind another, or is in an operation, is left alone.
    internal const string TakeDueSql = """
        update failures.failed_message
           set retry_at = null
             , retries  = retries + 1
             , sent_at  = $1
             , version  = version + 1
         where failure_id in (select failure_id
                                from failures.failed_message
                               where state = 'NEW'
                                 and retry_at <= $1
                                 and operation_id is null
                                 and held_behind is null
                               order by retry_at, first_failed_at, failure_id
                               limit $2
                                 for update skip locked)
        returning failure_id
        """;

    internal const string SentSql = """
        select failure_id, message_id, endpoint
          from failures.failed_message
         where state = 'NEW'
           and sent_at is not null
           and endpoint <> $1
           and failure_id > $2
         order by failure_id
         limit $3
        """;

    internal const string StepsSql = """
        select number, pause
          from failures.retry_step
         order by number
        """;

    internal const string ClearStepsSql = """
        delete from failures.retry_step
        """;

    internal const string AddStepsSql = """
        insert into failures.retry_step (number, pause)
        select number, pause
          from unnest($1::int[], $2::interval[]) as step (number, pause)
        """;

    internal const string RetryAtSql = """
        update failures.failed_message
           set retry_at = $2
             , version  = version + 1
         where failure_id = $1
           and state = 'NEW'
           and operation_id is null
        """;

    internal const string FoldSql = """
        with taken as (
            delete from failures.tally
             where tally_id in (select tally_id
                                  from failures.tally
                                 order by tally_id
                                 limit 5000
                                   for update skip locked)
            returning group_id, at, failed, opened
        ), days as (
            insert into failures.group_day as known (group_id, day, failed)
            select group_id, (at at time zone 'UTC')::date, sum(failed)
              from taken
             where failed > 0
             group by 1, 2
                on conflict (group_id, day) do update
               set failed = known.failed + excluded.failed
        ), folded as (
            update failures.failure_group g
               set open      = g.open + t.opened
                 , failed    = g.failed + t.failed
                 , last_seen = greatest(g.last_seen, t.last_at)
              from (select group_id, sum(opened) as opened, sum(failed) as failed
                         , max(at) filter (where failed > 0) as last_at
                      from taken
                     group by group_id) t
             where g.group_id = t.group_id
        )
        select count(*)
          from taken
        """;

    // Of one subject and endpoint: whoever failed first holds back the others.
    internal const string BlockersSql = """
        select s.subject, min(s.failure_id)
          from failures.subject s
         where s.endpoint = $1
           and s.subject = any ($2)
         group by s.subject
        """;

    /// <summary>Takes failures whose time has come; they count as sent from now on.</summary>
    public static Task<List<long>> TakeDue(HubTransaction work, int limit, DateTimeOffset now, CancellationToken cancellationToken) =>
        work.Query(
            TakeDueSql, [Parameter.Instant(now), Parameter.As((long)limit)], row => row.GetInt64(0), cancellationToken);

    /// <summary>Messages that were sent again and of which it is not known yet how it went.</summary>
    public static Task<List<FailedRef>> Sent(HubTransaction work, long after, int limit, CancellationToken cancellationToken) =>
        work.Query(
            SentSql, [Parameter.Text(FailureStore.RecordEndpoint), Parameter.As(after), Parameter.As((long)limit)],
            row => new FailedRef(row.GetInt64(0), row.GetGuid(1), row.GetString(2)), cancellationToken);

    public static Task<List<RetryStep>> Steps(HubTransaction work, CancellationToken cancellationToken) =>
        work.Query(StepsSql, [], row => new RetryStep(row.GetInt32(0), row.GetFieldValue<TimeSpan>(1)), cancellationToken);

    public static async Task SetSteps(HubTransaction work, IReadOnlyList<TimeSpan> pauses, CancellationToken cancellationToken)
    {
        await work.Execute(ClearStepsSql, [], cancellationToken);
        await work.Execute(
            AddStepsSql, [Parameter.As(Enumerable.Range(1, pauses.Count).ToArray()), Parameter.As(pauses.ToArray())],
            cancellationToken);
    }

    /// <summary>Plans one failure's next try, or with null takes it off the schedule. False if it cannot be planned.</summary>
    public static async Task<bool> RetryAt(
        HubTransaction work, long failureId, DateTimeOffset? at, CancellationToken cancellationToken) =>
        await work.Execute(RetryAtSql, [Parameter.As(failureId), Parameter.Instant(at)], cancellationToken) == 1;

    /// <summary>Folds some tallies into their groups and says how many.</summary>
    public static async Task<long> Fold(HubTransaction work, CancellationToken cancellationToken) =>
        (await work.Query(FoldSql, [], row => row.GetInt64(0), cancellationToken)).Single();

    /// <summary>The earliest open failure of each of these subjects at an endpoint.</summary>
    public static async Task<Dictionary<string, long>> Blockers(
        HubTransaction work, string endpoint, IReadOnlyCollection<string> subjects, CancellationToken cancellationToken) =>
        (await work.Query(
            BlockersSql, [Parameter.Text(endpoint), Parameter.As(subjects.ToArray())],
            row => (row.GetString(0), row.GetInt64(1)), cancellationToken)).ToDictionary(one => one.Item1, one => one.Item2);
}
