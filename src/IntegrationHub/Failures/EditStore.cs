using System.Text.Json;
using IntegrationHub.Database;

namespace IntegrationHub.Failures;

/// <summary>Edited messages and what they were made from.</summary>
internal static class EditStore
{
    internal const string LockSql = """
        select failure_id
          from failures.failed_message
         where failure_id = $1
           for update
        """;

    // It stands where the original stood: with its group, its history, and what waits behind it.
    internal const string CopySql = """
        with copy as (
            insert into failures.failed_message
                   (message_id, endpoint, message_type, exception_type, exception_message, stack, group_key, body,
                    first_failed_at, last_failed_at, group_id, division, problem_code, edit_of)
            select $2, $3, message_type, exception_type, exception_message, stack, group_key, $4, first_failed_at, $5, group_id,
                   division, problem_code, failure_id
              from failures.failed_message
             where failure_id = $1
            returning failure_id, group_id
        ), told as (
            insert into failures.tally (group_id, at, failed, opened)
            select group_id, $5, 0, 1
              from copy
        )
        select failure_id
          from copy
        """;

    internal const string TakeOverSql = """
        with subjects as (
            update failures.subject
               set failure_id = $2
             where failure_id = $1
        )
        update failures.failed_message
           set held_behind = $2
         where held_behind = $1
        """;

    internal const string AddSql = """
        insert into failures.edit (failure_id, edit_of, at, made_by, reason, changed)
        values ($1, $2, $3, $4, $5, $6::jsonb)
        """;

    public static Task Lock(HubTransaction work, long failureId, CancellationToken cancellationToken) =>
        work.Query(LockSql, [Parameter.As(failureId)], row => row.GetInt64(0), cancellationToken);

    /// <summary>Files the edited message and returns its number.</summary>
    public static async Task<long> Copy(
        HubTransaction work, long of, Guid messageId, string endpoint, byte[] body, DateTimeOffset now,
        CancellationToken cancellationToken) =>
        (await work.Query(
            CopySql,
            [
                Parameter.As(of), Parameter.As(messageId), Parameter.Text(endpoint), Parameter.Bytes(body), Parameter.Instant(now),
            ],
            row => row.GetInt64(0), cancellationToken)).Single();

    /// <summary>Whoever waited behind the original waits behind the edited one.</summary>
    public static Task TakeOver(HubTransaction work, long from, long to, CancellationToken cancellationToken) =>
        work.Execute(TakeOverSql, [Parameter.As(from), Parameter.As(to)], cancellationToken);

    public static Task Add(
        HubTransaction work, long failureId, long editOf, string by, string reason, IReadOnlyList<string> changed,
        DateTimeOffset now, CancellationToken cancellationToken) =>
        work.Execute(
            AddSql,
            [
                Parameter.As(failureId), Parameter.As(editOf), Parameter.Instant(now), Parameter.Text(by), Parameter.Text(reason),
                Parameter.Json(JsonSerializer.Serialize(changed)),
            ],
            cancellationToken);
}
