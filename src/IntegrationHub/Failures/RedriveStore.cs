using IntegrationHub.Database;
using Npgsql;
using NpgsqlTypes;

namespace IntegrationHub.Failures;

/// <summary>One message of a re-drive, in a list.</summary>
public sealed record RedriveItem(
    int Number, long FailureId, string? Verdict, string State, string? Outcome, DateTimeOffset? SettledAt);

/// <summary>What may be sent again: by endpoint or by message type.</summary>
public sealed record RedrivePolicy(string Kind, string Name, string Rule, int? ApprovalAbove)
{
    public const string Allowed = "ALLOWED";
    public const string NeedsApproval = "NEEDS_APPROVAL";
    public const string Forbidden = "FORBIDDEN";
}

/// <summary>A re-drive that is about to be made.</summary>
internal sealed record NewRedrive(
    Guid OperationId, string By, string Reason, string Filter, int Canary, bool WaitsAfterCanary, int Rate, int RampSeconds,
    double StopRatio);

/// <summary>A message a re-drive has under way, with where its failure stands now.</summary>
internal sealed record SentItem(
    int Number, long FailureId, Guid MessageId, string Endpoint, string FailureState, string? ClosedWhy, bool IsSent);

/// <summary>How one message of a re-drive ended.</summary>
internal sealed record Settlement(int Number, string State, string? Outcome);

/// <summary>Re-drives and their messages. Everything that must hold together is one transaction of the caller.</summary>
internal static class RedriveStore
{
    private const string Columns = """
        operation_id, made_at, made_by, reason, filter::text, state, needs_approval, approved_by, approved_at, canary,
        waits_after_canary, canary_passed, rate, ramp_seconds, stop_ratio, requested, sent, applied, already_applied,
        refused, failed, cancelled, phase_at, phase_sent, phase_settled, phase_failed, stopped_why, changed_at, version
        """;

    internal const string AddSql = """
        insert into failures.redrive_operation
               (operation_id, made_at, made_by, reason, filter, state, canary, waits_after_canary, rate, ramp_seconds,
                stop_ratio, changed_at)
        values ($1, $2, $3, $4, $5::jsonb, 'PREVIEWING', $6, $7, $8, $9, $10, $2)
        """;

    // Frozen here: what fails later is not part of it. Older first, so that of one subject the earlier goes first.
    internal const string FreezeSql = """
        with chosen as (
            insert into failures.redrive_item (operation_id, number, failure_id)
            select $1, row_number() over (order by f.first_failed_at, f.failure_id), f.failure_id
              from failures.failed_message f
             where f.state = 'NEW'
               and f.group_id = any ($2)
               and f.last_failed_at >= $3
               and f.last_failed_at < $4
               and ($5 is null or f.division like $5 || '%')
               and ($6::bigint[] is null or f.failure_id = any ($6))
            returning 1
        )
        update failures.redrive_operation
           set requested = (select count(*) from chosen)
         where operation_id = $1
        returning requested
        """;

    internal const string PageSql = """
        select i.number, f.failure_id, f.message_id, f.endpoint, f.message_type, f.state, f.attempts, f.sent_at, f.body
             , f.operation_id, f.held_behind
          from failures.redrive_item i
          join failures.failed_message f on f.failure_id = i.failure_id
         where i.operation_id = $1
           and i.number > $2
         order by i.number
         limit $3
        """;

    internal const string SetVerdictsSql = """
        update failures.redrive_item i
           set verdict = told.verdict
          from unnest($2::int[], $3::text[]) as told (number, verdict)
         where i.operation_id = $1
           and i.number = told.number
        """;

    internal const string VerdictCountsSql = """
        select coalesce(verdict, ''), count(*)
          from failures.redrive_item
         where operation_id = $1
         group by verdict
         order by count(*) desc
        """;

    internal const string OneSql = $"""
        select {Columns}
          from failures.redrive_operation
         where operation_id = $1
        """;

    internal const string LockSql = $"""
        select {Columns}
          from failures.redrive_operation
         where operation_id = $1
           for update
        """;

    internal const string ListSql = $"""
        select {Columns}
          from failures.redrive_operation
         where ($1 is null or state = $1)
           and ($2::uuid is null or operation_id < $2)
         order by operation_id desc
         limit $3
        """;

    internal const string DrivableSql = """
        select operation_id
          from failures.redrive_operation
         where state in ('CANARY', 'RUNNING', 'CANCELLING', 'PAUSED', 'STOPPED')
           and (state not in ('PAUSED', 'STOPPED') or sent > 0)
         order by operation_id
        """;

    internal const string TakeDrivableSql = $"""
        select {Columns}
          from failures.redrive_operation
         where operation_id = $1
           and state in ('CANARY', 'RUNNING', 'CANCELLING', 'PAUSED', 'STOPPED')
           for update skip locked
        """;

    internal const string SaveSql = """
        update failures.redrive_operation
           set state           = $2
             , needs_approval  = $3
             , approved_by     = $4
             , approved_at     = $5
             , canary_passed   = $6
             , sent            = $7
             , applied         = $8
             , already_applied = $9
             , refused         = $10
             , failed          = $11
             , cancelled       = $12
             , phase_at        = $13
             , phase_sent      = $14
             , phase_settled   = $15
             , phase_failed    = $16
             , stopped_why     = $17
             , changed_at      = $18
             , version         = version + 1
         where operation_id = $1
        """;

    internal const string TakeWaitingSql = """
        select i.number, f.failure_id, f.message_id, f.endpoint, f.message_type, f.state, f.attempts, f.sent_at, f.body
             , f.operation_id, f.held_behind
          from (select number, failure_id
                  from failures.redrive_item
                 where operation_id = $1
                   and state = 'WAITING'
                 order by number
                 limit $2
                   for update skip locked) i
          join failures.failed_message f on f.failure_id = i.failure_id
         order by i.number
           for update of f
        """;

    // Only an open message that no other operation holds; whoever takes it holds its row until commit.
    internal const string MarkSentSql = """
        with taken as (
            update failures.failed_message f
               set operation_id = $1
                 , sent_at      = $3
                 , retry_at     = null
                 , version      = version + 1
             where f.failure_id = any ($2)
        )
        update failures.redrive_item
           set state = 'SENT'
         where operation_id = $1
           and failure_id = any ($2)
        """;

    internal const string SentSql = """
        select i.number, f.failure_id, f.message_id, f.endpoint, f.state, f.closed_why, f.sent_at is not null
          from failures.redrive_item i
          join failures.failed_message f on f.failure_id = i.failure_id
         where i.operation_id = $1
           and i.state = 'SENT'
        """;

    internal const string SettleSql = """
        with settled as (
            update failures.redrive_item i
               set state      = told.state
                 , outcome    = told.outcome
                 , settled_at = $5
              from unnest($2::int[], $3::text[], $4::text[]) as told (number, state, outcome)
             where i.operation_id = $1
               and i.number = told.number
            returning i.failure_id
        )
        update failures.failed_message f
           set operation_id = null
         where f.failure_id in (select failure_id from settled)
           and f.operation_id = $1
        """;

    internal const string CancelWaitingSql = """
        update failures.redrive_item
           set state      = 'CANCELLED'
             , settled_at = $2
         where operation_id = $1
           and state = 'WAITING'
        """;

    internal const string ItemsSql = """
        select number, failure_id, verdict, state, outcome, settled_at
          from failures.redrive_item
         where operation_id = $1
           and number > $2
           and ($3 is null or state = $3)
         order by number
         limit $4
        """;

    internal const string RecountSql = """
        select count(*)
             , count(*) filter (where state = 'SENT')
             , count(*) filter (where state = 'APPLIED')
             , count(*) filter (where state = 'ALREADY_APPLIED')
             , count(*) filter (where state = 'REFUSED')
             , count(*) filter (where state = 'FAILED')
             , count(*) filter (where state = 'CANCELLED')
          from failures.redrive_item
         where operation_id = $1
        """;

    internal const string PolicySql = """
        select kind, name, rule, approval_above
          from failures.redrive_policy
         order by kind, name
        """;

    internal const string SetPolicySql = """
        insert into failures.redrive_policy (kind, name, rule, approval_above)
        values ($1, $2, $3, $4)
            on conflict (kind, name) do update
           set rule = excluded.rule
             , approval_above = excluded.approval_above
        """;

    internal const string PlacesSql = """
        select distinct g.endpoint, g.message_type
          from failures.redrive_item i
          join failures.failed_message f on f.failure_id = i.failure_id
          join failures.failure_group g on g.group_id = f.group_id
         where i.operation_id = $1
        """;

    internal const string HistorySql = """
        select o.operation_id, o.made_at, o.made_by, o.reason, i.state, i.outcome
          from failures.redrive_item i
          join failures.redrive_operation o on o.operation_id = i.operation_id
         where i.failure_id = $1
         order by o.made_at
        """;

    public static async Task<int> Add(
        HubTransaction work, NewRedrive made, FailureFilterBy filter, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await work.Execute(
            AddSql,
            [
                Parameter.As(made.OperationId), Parameter.Instant(now), Parameter.Text(made.By), Parameter.Text(made.Reason),
                Parameter.Json(made.Filter), Parameter.As(made.Canary), Parameter.As(made.WaitsAfterCanary),
                Parameter.As(made.Rate), Parameter.As(made.RampSeconds), Parameter.As(made.StopRatio),
            ],
            cancellationToken);
        return (await work.Query(
            FreezeSql,
            [
                Parameter.As(made.OperationId), Parameter.As(await FailureReading.FittingGroups(work, filter, cancellationToken)),
                Parameter.Instant(filter.Since ?? DateTimeOffset.UnixEpoch),
                Parameter.Instant(filter.Until ?? DateTimeOffset.MaxValue.AddYears(-1)), Parameter.Text(filter.Division),
                new NpgsqlParameter<long[]?>
                {
                    TypedValue = filter.FailureIds?.ToArray(),
                    NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint,
                },
            ],
            row => row.GetInt32(0), cancellationToken)).Single();
    }

    public static Task<List<RedriveMessage>> Page(
        HubTransaction work, Guid operation, int after, int limit, CancellationToken cancellationToken) =>
        work.Query(PageSql, [Parameter.As(operation), Parameter.As(after), Parameter.As(limit)], ReadMessage, cancellationToken);

    public static Task SetVerdicts(
        HubTransaction work, Guid operation, IReadOnlyCollection<(int Number, string Verdict)> verdicts,
        CancellationToken cancellationToken) =>
        work.Execute(
            SetVerdictsSql,
            [
                Parameter.As(operation), Parameter.Column(verdicts, one => one.Number, NpgsqlDbType.Integer),
                Parameter.Column(verdicts, one => one.Verdict, NpgsqlDbType.Text),
            ],
            cancellationToken);

    public static async Task<Dictionary<string, long>> VerdictCounts(
        HubTransaction work, Guid operation, CancellationToken cancellationToken) =>
        (await work.Query(
            VerdictCountsSql, [Parameter.As(operation)], row => (row.GetString(0), row.GetInt64(1)), cancellationToken))
        .ToDictionary(one => one.Item1, one => one.Item2);

    public static async Task<RedriveOperation?> Find(HubTransaction work, Guid operation, CancellationToken cancellationToken) =>
        (await work.Query(OneSql, [Parameter.As(operation)], Read, cancellationToken)).SingleOrDefault();

    public static async Task<RedriveOperation?> Lock(HubTransaction work, Guid operation, CancellationToken cancellationToken) =>
        (await work.Query(LockSql, [Parameter.As(operation)], Read, cancellationToken)).SingleOrDefault();

    public static Task<List<RedriveOperation>> List(
        HubTransaction work, string? state, Guid? before, int limit, CancellationToken cancellationToken) =>
        work.Query(
            ListSql, [Parameter.Text(state), Parameter.Uuid(before), Parameter.As((long)limit)], Read, cancellationToken);

    /// <summary>Operations with something to do now, the oldest first.</summary>
    public static Task<List<Guid>> Drivable(HubTransaction work, CancellationToken cancellationToken) =>
        work.Query(DrivableSql, [], row => row.GetGuid(0), cancellationToken);

    /// <summary>The operation, locked; null when another driver is at it or it has ended.</summary>
    public static async Task<RedriveOperation?> TakeDrivable(
        HubTransaction work, Guid operation, CancellationToken cancellationToken) =>
        (await work.Query(TakeDrivableSql, [Parameter.As(operation)], Read, cancellationToken)).SingleOrDefault();

    public static Task Save(HubTransaction work, RedriveOperation operation, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var counts = operation.Counts;
        return work.Execute(
            SaveSql,
            [
                Parameter.As(operation.OperationId), Parameter.Text(operation.State), Parameter.As(operation.NeedsApproval),
                Parameter.Text(operation.ApprovedBy), Parameter.Instant(operation.ApprovedAt),
                Parameter.As(operation.CanaryPassed), Parameter.As(counts.Sent), Parameter.As(counts.Applied),
                Parameter.As(counts.AlreadyApplied), Parameter.As(counts.Refused), Parameter.As(counts.Failed),
                Parameter.As(counts.Cancelled), Parameter.Instant(operation.PhaseAt), Parameter.As(operation.PhaseSent),
                Parameter.As(operation.PhaseSettled), Parameter.As(operation.PhaseFailed),
                Parameter.Text(operation.StoppedWhy), Parameter.Instant(now),
            ],
            cancellationToken);
    }

    /// <summary>The next waiting messages, they and their failures locked.</summary>
    public static Task<List<RedriveMessage>> TakeWaiting(
        HubTransaction work, Guid operation, int most, CancellationToken cancellationToken) =>
        work.Query(TakeWaitingSql, [Parameter.As(operation), Parameter.As((long)most)], ReadMessage, cancellationToken);

    public static Task MarkSent(
        HubTransaction work, Guid operation, IReadOnlyCollection<long> failures, DateTimeOffset now,
        CancellationToken cancellationToken) =>
        work.Execute(
            MarkSentSql, [Parameter.As(operation), Parameter.As(failures.ToArray()), Parameter.Instant(now)], cancellationToken);

    public static Task<List<SentItem>> Sent(HubTransaction work, Guid operation, CancellationToken cancellationToken) =>
        work.Query(
            SentSql, [Parameter.As(operation)],
            row => new SentItem(
                row.GetInt32(0), row.GetInt64(1), row.GetGuid(2), row.GetString(3), row.GetString(4), row.TextOrNull(5),
                row.GetBoolean(6)),
            cancellationToken);

    public static Task Settle(
        HubTransaction work, Guid operation, IReadOnlyCollection<Settlement> settled, DateTimeOffset now,
        CancellationToken cancellationToken) =>
        settled.Count == 0 ? Task.CompletedTask : work.Execute(
            SettleSql,
            [
                Parameter.As(operation), Parameter.Column(settled, one => one.Number, NpgsqlDbType.Integer),
                Parameter.Column(settled, one => one.State, NpgsqlDbType.Text),
                Parameter.Column(settled, one => one.Outcome, NpgsqlDbType.Text), Parameter.Instant(now),
            ],
            cancellationToken);

    public static Task<int> CancelWaiting(
        HubTransaction work, Guid operation, DateTimeOffset now, CancellationToken cancellationToken) =>
        work.Execute(CancelWaitingSql, [Parameter.As(operation), Parameter.Instant(now)], cancellationToken);

    public static Task<List<RedriveItem>> Items(
        HubTransaction work, Guid operation, string? state, int after, int limit, CancellationToken cancellationToken) =>
        work.Query(
            ItemsSql,
            [Parameter.As(operation), Parameter.As(after), Parameter.Text(state), Parameter.As((long)limit)],
            row => new RedriveItem(
                row.GetInt32(0), row.GetInt64(1), row.TextOrNull(2), row.GetString(3), row.TextOrNull(4),
                row.ValueOrNull<DateTimeOffset>(5)),
            cancellationToken);

    /// <summary>The counts from the messages themselves, to hold against those the operation keeps.</summary>
    public static async Task<RedriveCounts> Recount(HubTransaction work, Guid operation, CancellationToken cancellationToken) =>
        (await work.Query(
            RecountSql, [Parameter.As(operation)],
            row => new RedriveCounts(
                (int)row.GetInt64(0), (int)row.GetInt64(1), (int)row.GetInt64(2), (int)row.GetInt64(3), (int)row.GetInt64(4),
                (int)row.GetInt64(5), (int)row.GetInt64(6)),
            cancellationToken)).Single();

    public static Task<List<RedrivePolicy>> Policies(HubTransaction work, CancellationToken cancellationToken) =>
        work.Query(
            PolicySql, [], row => new RedrivePolicy(row.GetString(0), row.GetString(1), row.GetString(2), row.ValueOrNull<int>(3)),
            cancellationToken);

    public static Task SetPolicy(HubTransaction work, RedrivePolicy policy, CancellationToken cancellationToken) =>
        work.Execute(
            SetPolicySql,
            [
                Parameter.Text(policy.Kind), Parameter.Text(policy.Name), Parameter.Text(policy.Rule),
                new NpgsqlParameter<int?> { TypedValue = policy.ApprovalAbove, NpgsqlDbType = NpgsqlDbType.Integer },
            ],
            cancellationToken);

    /// <summary>The endpoints and message types its messages are of.</summary>
    public static Task<List<(string Endpoint, string MessageType)>> Places(
        HubTransaction work, Guid operation, CancellationToken cancellationToken) =>
        work.Query(PlacesSql, [Parameter.As(operation)], row => (row.GetString(0), row.GetString(1)), cancellationToken);

    public static Task<List<RedrivePast>> History(HubTransaction work, long failureId, CancellationToken cancellationToken) =>
        work.Query(
            HistorySql, [Parameter.As(failureId)],
            row => new RedrivePast(
                row.GetGuid(0), row.GetFieldValue<DateTimeOffset>(1), row.GetString(2), row.GetString(3), row.GetString(4),
                row.TextOrNull(5)),
            cancellationToken);

    private static RedriveMessage ReadMessage(NpgsqlDataReader row) => new(
        row.GetInt32(0),
        new FailedMessage
        {
            FailureId = row.GetInt64(1),
            MessageId = row.GetGuid(2),
            Endpoint = row.GetString(3),
            MessageType = row.GetString(4),
            State = row.GetString(5),
            Attempts = row.GetInt32(6),
            SentAt = row.ValueOrNull<DateTimeOffset>(7),
            Body = row.GetFieldValue<byte[]>(8),
        },
        row.ValueOrNull<Guid>(9), row.ValueOrNull<long>(10));

    private static RedriveOperation Read(NpgsqlDataReader row) => new()
    {
        OperationId = row.GetGuid(0),
        MadeAt = row.GetFieldValue<DateTimeOffset>(1),
        MadeBy = row.GetString(2),
        Reason = row.GetString(3),
        Filter = row.GetString(4),
        State = row.GetString(5),
        NeedsApproval = row.GetBoolean(6),
        ApprovedBy = row.TextOrNull(7),
        ApprovedAt = row.ValueOrNull<DateTimeOffset>(8),
        Canary = row.GetInt32(9),
        WaitsAfterCanary = row.GetBoolean(10),
        CanaryPassed = row.GetBoolean(11),
        Rate = row.GetInt32(12),
        RampSeconds = row.GetInt32(13),
        StopRatio = row.GetDouble(14),
        Counts = new RedriveCounts(
            row.GetInt32(15), row.GetInt32(16), row.GetInt32(17), row.GetInt32(18), row.GetInt32(19), row.GetInt32(20),
            row.GetInt32(21)),
        PhaseAt = row.ValueOrNull<DateTimeOffset>(22),
        PhaseSent = row.GetInt32(23),
        PhaseSettled = row.GetInt32(24),
        PhaseFailed = row.GetInt32(25),
        StoppedWhy = row.TextOrNull(26),
        ChangedAt = row.GetFieldValue<DateTimeOffset>(27),
        Version = row.GetInt32(28),
    };
}

/// <summary>A re-drive a message was part of.</summary>
public sealed record RedrivePast(
    Guid OperationId, DateTimeOffset At, string By, string Reason, string State, string? Outcome);

/// <summary>A message of a re-drive with its body.</summary>
internal sealed record RedriveMessage(int Number, FailedMessage Message, Guid? OperationId, long? HeldBehind);
