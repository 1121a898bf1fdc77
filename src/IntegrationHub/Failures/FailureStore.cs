using IntegrationHub.Database;

namespace IntegrationHub.Failures;

/// <summary>A failure ready to be stored: its text is cleaned, its group is known.</summary>
internal sealed record Failure
{
    public required Guid MessageId { get; init; }
    public required string Endpoint { get; init; }
    public required string MessageType { get; init; }
    public required string ExceptionType { get; init; }
    public required string ExceptionMessage { get; init; }
    public required string Stack { get; init; }
    public required string GroupKey { get; init; }
    public required byte[] Body { get; init; }
}

/// <summary>Messages and records that failed for good and wait for a person.</summary>
public static class FailureStore
{
    /// <summary>Where records that failed alone are filed.</summary>
    public const string RecordEndpoint = "pipeline.record";

    internal const string AddSql = """
        insert into failures.failed_message
               (message_id, endpoint, message_type, exception_type, exception_message, stack, group_key, body,
                first_failed_at, last_failed_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)
            on conflict (message_id, endpoint) do update
           set message_type      = excluded.message_type
             , exception_type    = excluded.exception_type
             , exception_message = excluded.exception_message
             , stack             = excluded.stack
             , group_key         = excluded.group_key
             , body              = excluded.body
             , state             = 'NEW'
             , attempts          = failed_message.attempts + 1
             , last_failed_at    = excluded.last_failed_at
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
            FailureReport.Of(record.MessageId, RecordEndpoint, record.MessageType, record.Cause, record.SealedBody),
            now, cancellationToken);

    /// <summary>Failures nobody has decided about.</summary>
    public static async Task<long> Open(HubTransaction work, CancellationToken cancellationToken) =>
        (await work.Query(OpenSql, [], row => row.GetInt64(0), cancellationToken)).Single();

    internal static Task Add(
        HubTransaction work, Failure failure, DateTimeOffset now, CancellationToken cancellationToken) =>
        work.Execute(
            AddSql,
            [
                Parameter.As(failure.MessageId), Parameter.Text(failure.Endpoint), Parameter.Text(failure.MessageType),
                Parameter.Text(failure.ExceptionType), Parameter.Text(failure.ExceptionMessage),
                Parameter.Text(failure.Stack), Parameter.Text(failure.GroupKey), Parameter.Bytes(failure.Body),
                Parameter.Instant(now),
            ],
            cancellationToken);
}
