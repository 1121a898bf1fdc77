using IntegrationHub.Database;
using NpgsqlTypes;

namespace IntegrationHub.Failures;

/// <summary>A failed message, by reference.</summary>
public sealed record FailedRef(long FailureId, Guid MessageId, string Endpoint);

/// <summary>Messages and records that failed for good and wait for a person.</summary>
public static class FailureStore
{
    /// <summary>Where records that failed alone are filed.</summary>
    public const string RecordEndpoint = "pipeline.record";

    internal const string GroupSql = """
        select group_id
          from failures.failure_group
         where group_key = $1
        """;

    internal const string AddGroupSql = """
        insert into failures.failure_group
               (group_key, exception_type, frame, message_type, endpoint, partner, problem_code, first_seen, last_seen)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $8)
            on conflict (group_key) do nothing
        """;

    // One failure per message and endpoint. It tells its group what to add; of what was there before, the snapshot knows.
    internal const string AddSql = """
        with known as (
            select group_id, state
              from failures.failed_message
             where message_id = $1
               and endpoint   = $2
        ), filed as (
            insert into failures.failed_message as failed
                   (message_id, endpoint, message_type, exception_type, exception_message, stack, group_key, body,
                    first_failed_at, last_failed_at, group_id, division, problem_code, held_behind, retry_at)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9::timestamptz, $9::timestamptz, $10, $11, $12, $13,
                    case when $14::boolean then $9::timestamptz + (select pause from failures.retry_step where number = 1) end)
                on conflict (message_id, endpoint) do update
               set message_type      = excluded.message_type
                 , exception_type    = excluded.exception_type
                 , exception_message = excluded.exception_message
                 , stack             = excluded.stack
                 , group_key         = excluded.group_key
                 , body              = excluded.body
                 , state             = 'NEW'
                 , attempts          = failed.attempts + 1
                 , last_failed_at    = excluded.last_failed_at
                 , group_id          = excluded.group_id
                 , division          = excluded.division
                 , problem_code      = excluded.problem_code
                 , held_behind       = excluded.held_behind
                 , sent_at           = null
                 , retry_at          = case when $14::boolean then $9::timestamptz + (select pause
                                                                  from failures.retry_step
                                                                 where number = failed.retries + 1) end
                 , closed_at         = null
                 , closed_by         = null
                 , closed_why        = null
                 , version           = failed.version + 1
            returning failure_id, group_id, attempts
        ), told as (
            insert into failures.tally (group_id, at, failed, opened)
            select filed.group_id, $9::timestamptz, 1
                 , case when known.group_id is null then case when filed.attempts = 1 then 1 else 0 end
                        when known.state <> 'NEW' or known.group_id <> filed.group_id then 1
                        else 0
                    end
              from filed
              left join known on true
            union all
            select known.group_id, $9::timestamptz, 0, -1
              from known, filed
             where known.state = 'NEW'
               and known.group_id <> filed.group_id
        )
        select failure_id
          from filed
        """;

    internal const string AddSubjectsSql = """
        insert into failures.subject (endpoint, subject, failure_id)
        select $1, subject, $3
          from unnest($2::text[]) as told (subject)
            on conflict do nothing
        """;

    // Closing a failure lets go whoever waited behind it; the schedule sends those next, in their order.
    internal const string CloseSql = """
        with closed as (
            update failures.failed_message
               set state        = $2
                 , closed_at    = $3
                 , closed_by    = $4
                 , closed_why   = $5
                 , retry_at     = null
                 , sent_at      = null
                 , operation_id = null
                 , held_behind  = null
                 , version      = version + 1
             where failure_id = any ($1)
               and state = 'NEW'
            returning failure_id, group_id
        ), told as (
            insert into failures.tally (group_id, at, failed, opened)
            select group_id, $3, 0, -count(*)
              from closed
             group by group_id
        ), unbound as (
            delete from failures.subject
             where failure_id in (select failure_id from closed)
        ), freed as (
            update failures.failed_message
               set held_behind = null
                 , retry_at    = $3
             where held_behind in (select failure_id from closed)
               and state = 'NEW'
               and failure_id not in (select failure_id from closed)
        )
        select failure_id
          from closed
        """;

    internal const string OpenSql = """
        select count(*)
          from failures.failed_message
         where state = 'NEW'
        """;

    /// <summary>
    /// Files one record. The same record failing again counts an attempt and opens its failure again.
    /// </summary>
    public static Task Record(
        HubTransaction work, FailedRecord record, DateTimeOffset now, CancellationToken cancellationToken) =>
        Add(
            work,
            FailureReport.Of(record.MessageId, RecordEndpoint, record.MessageType, record.Cause, record.SealedBody) with
            {
                IsTransient = false, // the chunk it came in would have been tried again
                Division = record.Division,
            },
            now, cancellationToken);

    /// <summary>Failures nobody has decided about.</summary>
    public static async Task<long> Open(HubTransaction work, CancellationToken cancellationToken) =>
        (await work.Query(OpenSql, [], row => row.GetInt64(0), cancellationToken)).Single();

    internal static async Task<long> Add(
        HubTransaction work, Failure failure, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var group = await GroupOf(work, failure, now, cancellationToken);
        var failureId = (await work.Query(
            AddSql,
            [
                Parameter.As(failure.MessageId), Parameter.Text(failure.Endpoint), Parameter.Text(failure.MessageType),
                Parameter.Text(failure.ExceptionType), Parameter.Text(failure.ExceptionMessage),
                Parameter.Text(failure.Stack), Parameter.Text(failure.GroupKey), Parameter.Bytes(failure.Body),
                Parameter.Instant(now), Parameter.As(group), Parameter.Text(failure.Division),
                Parameter.Text(failure.ProblemCode.Length == 0 ? null : failure.ProblemCode),
                new Npgsql.NpgsqlParameter<long?> { TypedValue = failure.HeldBehind, NpgsqlDbType = NpgsqlDbType.Bigint },
                Parameter.As(failure.IsTransient),
            ],
            row => row.GetInt64(0), cancellationToken)).Single();
        if (failure.Subjects.Count > 0)
        {
            await work.Execute(
                AddSubjectsSql,
                [Parameter.Text(failure.Endpoint), Parameter.As(failure.Subjects.Distinct().ToArray()), Parameter.As(failureId)],
                cancellationToken);
        }

        return failureId;
    }

    /// <summary>Closes open failures with a final state and returns which were open.</summary>
    internal static Task<List<long>> Close(
        HubTransaction work, IReadOnlyCollection<long> failures, string state, string by, string? why, DateTimeOffset now,
        CancellationToken cancellationToken) =>
        work.Query(
            CloseSql,
            [
                Parameter.As(failures.ToArray()), Parameter.Text(state), Parameter.Instant(now), Parameter.Text(by),
                Parameter.Text(why),
            ],
            row => row.GetInt64(0), cancellationToken);

    // A group is made once and never deleted; the first two failures of a new one may meet here.
    private static async Task<long> GroupOf(
        HubTransaction work, Failure failure, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var key = FailureGroup.KeyOf(failure);
        for (var tries = 0; ; tries++)
        {
            var known = await work.Query(GroupSql, [Parameter.Text(key)], row => row.GetInt64(0), cancellationToken);
            if (known.Count == 1)
                return known[0];
            if (tries > 0)
                throw new InvalidOperationException("A group of failures was added and is not there.");
            await work.Execute(
                AddGroupSql,
                [
                    Parameter.Text(key), Parameter.Text(failure.ExceptionType), Parameter.Text(FailureGroup.FrameOf(failure.Stack)),
                    Parameter.Text(failure.MessageType), Parameter.Text(failure.Endpoint), Parameter.Text(failure.Partner),
                    Parameter.Text(failure.ProblemCode), Parameter.Instant(now),
                ],
                cancellationToken);
        }
    }
}
