using IntegrationHub.Database;
using Npgsql;

namespace IntegrationHub.Failures;

/// <summary>A group of failures as people work with it.</summary>
public sealed record GroupLine
{
    public required long GroupId { get; init; }
    public required string ExceptionType { get; init; }
    public required string Frame { get; init; }
    public required string MessageType { get; init; }
    public required string Endpoint { get; init; }
    public required string Partner { get; init; }
    public required string ProblemCode { get; init; }
    public required long Open { get; init; }

    /// <summary>Failures of all time, every attempt counted.</summary>
    public required long Failed { get; init; }

    /// <summary>Failures of the last seven days and of the seven before: growing or fading.</summary>
    public required long ThisWeek { get; init; }
    public required long LastWeek { get; init; }
    public required DateTimeOffset FirstSeen { get; init; }
    public required DateTimeOffset LastSeen { get; init; }
    public required string State { get; init; }
    public DateTimeOffset? MutedUntil { get; init; }
    public string? Owner { get; init; }
    public string? Note { get; init; }
    public string? Ticket { get; init; }
    public DateOnly? DueOn { get; init; }
    public required int Version { get; init; }
}

/// <summary>One failed message in a list; its body is not part of it.</summary>
public sealed record FailureLine
{
    public required long FailureId { get; init; }
    public required Guid MessageId { get; init; }
    public required long GroupId { get; init; }
    public required string Endpoint { get; init; }
    public required string MessageType { get; init; }
    public required string ExceptionType { get; init; }
    public required string ExceptionMessage { get; init; }
    public string? ProblemCode { get; init; }
    public string? Division { get; init; }
    public required string State { get; init; }
    public required int Attempts { get; init; }
    public required DateTimeOffset FirstFailedAt { get; init; }
    public required DateTimeOffset LastFailedAt { get; init; }
    public DateTimeOffset? RetryAt { get; init; }
    public DateTimeOffset? SentAt { get; init; }
    public Guid? OperationId { get; init; }

    /// <summary>The earlier failure of the same subject it waits behind.</summary>
    public long? HeldBehind { get; init; }
    public long? EditOf { get; init; }
    public string? ClosedBy { get; init; }
    public string? ClosedWhy { get; init; }
    public required int Version { get; init; }
}

/// <summary>Which failures; what is null is not asked.</summary>
public sealed record FailureFilterBy
{
    public long? GroupId { get; init; }
    public string? Endpoint { get; init; }
    public string? MessageType { get; init; }
    public string? ExceptionType { get; init; }
    public string? Partner { get; init; }
    public string? ProblemCode { get; init; }

    /// <summary>A division and all below it, by prefix.</summary>
    public string? Division { get; init; }
    public DateTimeOffset? Since { get; init; }
    public DateTimeOffset? Until { get; init; }

    /// <summary>Exactly these.</summary>
    public IReadOnlyList<long>? FailureIds { get; init; }
    public string State { get; init; } = FailureState.Open;
}

/// <summary>
/// Reads what failed. Everything a list is filtered by belongs to the group, of which there are few; so a page is the
/// newest of each fitting group by its index, however many failures there are.
/// </summary>
public static class FailureReading
{
    private const string GroupColumns = """
        g.group_id, g.exception_type, g.frame, g.message_type, g.endpoint, g.partner, g.problem_code
             , g.open + coalesce(t.opened, 0), g.failed + coalesce(t.failed, 0)
             , coalesce(d.this_week, 0) + coalesce(t.failed, 0), coalesce(d.last_week, 0)
             , g.first_seen, greatest(g.last_seen, t.last_at)
             , case when g.state = 'MUTED' and g.muted_until <= $1 then 'NEW' else g.state end
             , g.muted_until, g.owner, g.note, g.ticket, g.due_on, g.version
          from failures.failure_group g
          left join (select group_id, sum(opened)::bigint as opened, sum(failed)::bigint as failed
                          , max(at) filter (where failed > 0) as last_at
                       from failures.tally
                      group by group_id) t on t.group_id = g.group_id
          left join (select group_id
                          , (sum(failed) filter (where day > $2::date - 7))::bigint as this_week
                          , (sum(failed) filter (where day <= $2::date - 7))::bigint as last_week
                       from failures.group_day
                      where day > $2::date - 14
                      group by group_id) d on d.group_id = g.group_id
        """;

    internal const string GroupsSql = $"""
        select {GroupColumns}
         where ($3 or g.open + coalesce(t.opened, 0) > 0)
         order by g.open + coalesce(t.opened, 0) desc, g.group_id
        """;

    internal const string OneGroupSql = $"""
        select {GroupColumns}
         where g.group_id = $3
        """;

    internal const string FittingGroupsSql = """
        select group_id
          from failures.failure_group
         where ($1 is null or group_id = $1::bigint)
           and ($2 is null or endpoint = $2)
           and ($3 is null or message_type = $3)
           and ($4 is null or exception_type = $4)
           and ($5 is null or partner = $5)
           and ($6 is null or problem_code = $6)
        """;

    private const string LineColumns = """
        f.failure_id, f.message_id, f.group_id, f.endpoint, f.message_type, f.exception_type, f.exception_message,
        f.problem_code, f.division, f.state, f.attempts, f.first_failed_at, f.last_failed_at, f.retry_at, f.sent_at,
        f.operation_id, f.held_behind, f.edit_of, f.closed_by, f.closed_why, f.version
        """;

    internal const string ListSql = $"""
        select f.*
          from unnest($1::bigint[]) as asked (group_id)
         cross join lateral (select {LineColumns}
                               from failures.failed_message f
                              where f.group_id = asked.group_id
                                and f.state = $2
                                and (f.last_failed_at, f.failure_id) < ($3, $4)
                                and f.last_failed_at >= $5
                                and ($6 is null or f.division like $6 || '%')
                              order by f.last_failed_at desc, f.failure_id desc
                              limit $7) f
         order by f.last_failed_at desc, f.failure_id desc
         limit $7
        """;

    internal const string OneSql = $"""
        select {LineColumns}, f.stack, f.body
             , (select count(*) from failures.failed_message w where w.held_behind = f.failure_id and w.state = 'NEW')
          from failures.failed_message f
         where f.failure_id = $1
        """;

    internal const string BodiesSql = """
        select failure_id, message_id, endpoint, message_type, state, attempts, sent_at, body
          from failures.failed_message
         where failure_id = any ($1)
        """;

    internal const string HeldSql = """
        select count(*)
          from failures.failed_message
         where held_behind is not null
           and state = 'NEW'
        """;

    /// <summary>Groups with something open first, the largest first; with <paramref name="all"/> also those with nothing open.</summary>
    public static Task<List<GroupLine>> Groups(
        HubTransaction work, bool all, DateTimeOffset now, CancellationToken cancellationToken) =>
        work.Query(GroupsSql, [Parameter.Instant(now), Parameter.Date(DayOf(now)), Parameter.As(all)], ReadGroup, cancellationToken);

    public static async Task<GroupLine?> Group(
        HubTransaction work, long groupId, DateTimeOffset now, CancellationToken cancellationToken) =>
        (await work.Query(
            OneGroupSql, [Parameter.Instant(now), Parameter.Date(DayOf(now)), Parameter.As(groupId)], ReadGroup,
            cancellationToken)).SingleOrDefault();

    /// <summary>The newest failures after a place in the list.</summary>
    public static async Task<List<FailureLine>> List(
        HubTransaction work, FailureFilterBy filter, (DateTimeOffset At, long Id)? after, int limit,
        CancellationToken cancellationToken)
    {
        if (filter.FailureIds is { } ids)
            return await ByIds(work, ids, cancellationToken);
        var groups = await FittingGroups(work, filter, cancellationToken);
        var end = filter.Until ?? DateTimeOffset.MaxValue.AddYears(-1);
        var (at, id) = after ?? (end, 0);
        return await work.Query(
            ListSql,
            [
                Parameter.As(groups), Parameter.Text(filter.State), Parameter.Instant(at), Parameter.As(id),
                Parameter.Instant(filter.Since ?? DateTimeOffset.UnixEpoch), Parameter.Text(filter.Division),
                Parameter.As((long)limit),
            ],
            ReadLine, cancellationToken);
    }

    /// <summary>One failure with its stack and how many wait behind it; its body stays where it is.</summary>
    public static async Task<FailureSheet?> Find(HubTransaction work, long failureId, CancellationToken cancellationToken) =>
        (await work.Query(
            OneSql, [Parameter.As(failureId)],
            row => new FailureSheet(ReadLine(row), row.GetString(21), row.GetFieldValue<byte[]>(22), row.GetInt64(23)),
            cancellationToken)).SingleOrDefault();

    /// <summary>Failures that wait behind another of the same subject.</summary>
    public static async Task<long> Held(HubTransaction work, CancellationToken cancellationToken) =>
        (await work.Query(HeldSql, [], row => row.GetInt64(0), cancellationToken)).Single();

    internal static async Task<long[]> FittingGroups(
        HubTransaction work, FailureFilterBy filter, CancellationToken cancellationToken) =>
    [
        .. await work.Query(
            FittingGroupsSql,
            [
                Parameter.Text(filter.GroupId?.ToString(System.Globalization.CultureInfo.InvariantCulture)),
                Parameter.Text(filter.Endpoint), Parameter.Text(filter.MessageType), Parameter.Text(filter.ExceptionType),
                Parameter.Text(filter.Partner), Parameter.Text(filter.ProblemCode),
            ],
            row => row.GetInt64(0), cancellationToken),
    ];

    /// <summary>These messages with their bodies, in no order.</summary>
    internal static Task<List<FailedMessage>> Bodies(
        HubTransaction work, IReadOnlyCollection<long> failures, CancellationToken cancellationToken) =>
        work.Query(
            BodiesSql, [Parameter.As(failures.ToArray())],
            row => new FailedMessage
            {
                FailureId = row.GetInt64(0),
                MessageId = row.GetGuid(1),
                Endpoint = row.GetString(2),
                MessageType = row.GetString(3),
                State = row.GetString(4),
                Attempts = row.GetInt32(5),
                SentAt = row.ValueOrNull<DateTimeOffset>(6),
                Body = row.GetFieldValue<byte[]>(7),
            },
            cancellationToken);

    private static async Task<List<FailureLine>> ByIds(
        HubTransaction work, IReadOnlyList<long> ids, CancellationToken cancellationToken)
    {
        var lines = new List<FailureLine>();
        foreach (var id in ids.Distinct())
        {
            if (await Find(work, id, cancellationToken) is { } sheet)
                lines.Add(sheet.Line);
        }

        return lines;
    }

    private static DateOnly DayOf(DateTimeOffset at) => DateOnly.FromDateTime(at.UtcDateTime);

    private static GroupLine ReadGroup(NpgsqlDataReader row) => new()
    {
        GroupId = row.GetInt64(0),
        ExceptionType = row.GetString(1),
        Frame = row.GetString(2),
        MessageType = row.GetString(3),
        Endpoint = row.GetString(4),
        Partner = row.GetString(5),
        ProblemCode = row.GetString(6),
        Open = row.GetInt64(7),
        Failed = row.GetInt64(8),
        ThisWeek = row.GetInt64(9),
        LastWeek = row.GetInt64(10),
        FirstSeen = row.GetFieldValue<DateTimeOffset>(11),
        LastSeen = row.GetFieldValue<DateTimeOffset>(12),
        State = row.GetString(13),
        MutedUntil = row.ValueOrNull<DateTimeOffset>(14),
        Owner = row.TextOrNull(15),
        Note = row.TextOrNull(16),
        Ticket = row.TextOrNull(17),
        DueOn = row.ValueOrNull<DateOnly>(18),
        Version = row.GetInt32(19),
    };

    private static FailureLine ReadLine(NpgsqlDataReader row) => new()
    {
        FailureId = row.GetInt64(0),
        MessageId = row.GetGuid(1),
        GroupId = row.GetInt64(2),
        Endpoint = row.GetString(3),
        MessageType = row.GetString(4),
        ExceptionType = row.GetString(5),
        ExceptionMessage = row.GetString(6),
        ProblemCode = row.TextOrNull(7),
        Division = row.TextOrNull(8),
        State = row.GetString(9),
        Attempts = row.GetInt32(10),
        FirstFailedAt = row.GetFieldValue<DateTimeOffset>(11),
        LastFailedAt = row.GetFieldValue<DateTimeOffset>(12),
        RetryAt = row.ValueOrNull<DateTimeOffset>(13),
        SentAt = row.ValueOrNull<DateTimeOffset>(14),
        OperationId = row.ValueOrNull<Guid>(15),
        HeldBehind = row.ValueOrNull<long>(16),
        EditOf = row.ValueOrNull<long>(17),
        ClosedBy = row.TextOrNull(18),
        ClosedWhy = row.TextOrNull(19),
        Version = row.GetInt32(20),
    };
}

/// <summary>One failure for a person to look at.</summary>
/// <param name="Line">What the list says of it.</param>
/// <param name="Stack">Frames without messages.</param>
/// <param name="Body">As it was filed: an envelope of references, or a sealed record.</param>
/// <param name="WaitingBehind">Later messages of its subject that wait for it.</param>
public sealed record FailureSheet(FailureLine Line, string Stack, byte[] Body, long WaitingBehind)
{
    public override string ToString() => $"failure {Line.FailureId}";
}

/// <summary>A failed message with what is needed to send it again.</summary>
internal sealed record FailedMessage
{
    public required long FailureId { get; init; }
    public required Guid MessageId { get; init; }
    public required string Endpoint { get; init; }
    public required string MessageType { get; init; }
    public required string State { get; init; }
    public required int Attempts { get; init; }
    public DateTimeOffset? SentAt { get; init; }
    public required byte[] Body { get; init; }

    public bool IsRecord => Endpoint == FailureStore.RecordEndpoint;

    public override string ToString() => $"failure {FailureId}";
}
