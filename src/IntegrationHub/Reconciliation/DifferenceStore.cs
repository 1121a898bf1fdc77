using IntegrationHub.Database;
using Npgsql;
using NpgsqlTypes;

namespace IntegrationHub.Reconciliation;

/// <summary>One thing that happened to a difference.</summary>
public sealed record DifferenceStep(string Step, string Actor, string? Reason, DateTimeOffset At);

/// <summary>Differences with their lives; what is closed stays to be read.</summary>
public static class DifferenceStore
{
    private const string Columns = """
        difference_id, level, class, source, key, owner, state, first_seen_at, last_seen_at, reason
        """;

    internal const string LivingSql = $"""
        select {Columns}
          from reconciliation.open_difference
         where state <> 'CLOSED'
           for update
        """;

    internal const string FindSql = $"""
        select {Columns}
          from reconciliation.open_difference
         where difference_id = $1
           for update
        """;

    internal const string PageSql = $"""
        select {Columns}
          from reconciliation.open_difference
         where (($1::text is null and state <> 'CLOSED') or state = $1)
           and ($2::text is null or owner = $2)
           and ($3::text is null or class = $3)
           and (first_seen_at, difference_id) > ($4, $5)
         order by first_seen_at, difference_id
         limit $6
        """;

    internal const string OpenSql = """
        insert into reconciliation.open_difference
               (difference_id, level, class, source, key, owner, state, first_seen_at, last_seen_at, last_run, changed_at)
        select id, level, class, source, key, owner, 'OPEN', $7, $7, $8, $7
          from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
               as found (id, level, class, source, key, owner)
        """;

    internal const string SeeSql = """
        update reconciliation.open_difference
           set last_seen_at = $2
             , last_run     = $3
         where difference_id = any ($1)
        """;

    internal const string CloseSql = """
        update reconciliation.open_difference
           set state      = 'CLOSED'
             , last_run   = $3
             , changed_at = $2
         where difference_id = any ($1)
        """;

    internal const string MoveSql = """
        update reconciliation.open_difference
           set state      = $2
             , reason     = $3
             , changed_at = $4
         where difference_id = $1
        """;

    internal const string StepSql = """
        insert into reconciliation.difference_step (difference_id, step, actor, reason, at)
        select id, $2, $3, $4, $5
          from unnest($1::uuid[]) as given (id)
        """;

    internal const string StepsSql = """
        select step, actor, reason, at
          from reconciliation.difference_step
         where difference_id = $1
         order by number
        """;

    internal const string AgesSql = """
        select owner, class,
               count(*) filter (where first_seen_at > $1::timestamptz - interval '1 day'),
               count(*) filter (where first_seen_at <= $1::timestamptz - interval '1 day' and first_seen_at > $1::timestamptz - interval '7 days'),
               count(*) filter (where first_seen_at <= $1::timestamptz - interval '7 days')
          from reconciliation.open_difference
         where state <> 'CLOSED'
         group by owner, class
         order by owner, class
        """;

    public static Task<List<LivingDifference>> Living(HubTransaction work, CancellationToken cancellationToken) =>
        work.Query(LivingSql, [], Read, cancellationToken);

    public static async Task<LivingDifference?> Find(HubTransaction work, Guid id, CancellationToken cancellationToken) =>
        (await work.Query(FindSql, [Parameter.As(id)], Read, cancellationToken)).SingleOrDefault();

    public static Task<List<LivingDifference>> Page(
        HubTransaction work, string? state, string? owner, string? kind, (DateTimeOffset At, Guid Id) after, int limit,
        CancellationToken cancellationToken) =>
        work.Query(
            PageSql,
            [
                Parameter.Text(state), Parameter.Text(owner), Parameter.Text(kind), Parameter.Instant(after.At), Parameter.As(after.Id),
                Parameter.As(limit),
            ],
            Read, cancellationToken);

    public static Task<List<DifferenceStep>> Steps(HubTransaction work, Guid id, CancellationToken cancellationToken) =>
        work.Query(
            StepsSql, [Parameter.As(id)],
            row => new DifferenceStep(row.GetString(0), row.GetString(1), row.TextOrNull(2), row.GetFieldValue<DateTimeOffset>(3)),
            cancellationToken);

    /// <summary>How old what is open is, by owner: up to a day, up to a week, more (R19).</summary>
    public static Task<List<(string Owner, string Class, long Day, long Week, long Older)>> Ages(
        HubTransaction work, DateTimeOffset now, CancellationToken cancellationToken) =>
        work.Query(
            AgesSql, [Parameter.Instant(now)],
            row => (row.GetString(0), row.GetString(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4)), cancellationToken);

    public static async Task<List<LivingDifference>> Open(
        HubTransaction work, IReadOnlyList<(Difference Found, string Owner)> found, Guid run, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var opened = found.Select(one => new LivingDifference
        {
            DifferenceId = Guid.CreateVersion7(now),
            Level = one.Found.Level,
            Class = one.Found.Class,
            Source = one.Found.Source,
            Key = one.Found.Key,
            Owner = one.Owner,
            State = DifferenceState.Open,
            FirstSeenAt = now,
            LastSeenAt = now,
        }).ToList();
        if (opened.Count == 0)
            return opened;
        await work.Execute(
            OpenSql,
            [
                Parameter.Column(opened, one => one.DifferenceId, NpgsqlDbType.Uuid), Parameter.Column(opened, one => one.Level, NpgsqlDbType.Text),
                Parameter.Column(opened, one => one.Class, NpgsqlDbType.Text), Parameter.Column(opened, one => one.Source, NpgsqlDbType.Text),
                Parameter.Column(opened, one => one.Key, NpgsqlDbType.Text), Parameter.Column(opened, one => one.Owner, NpgsqlDbType.Text),
                Parameter.Instant(now), Parameter.As(run),
            ],
            cancellationToken);
        await Step(work, opened, "FOUND", "hub", null, now, cancellationToken);
        return opened;
    }

    public static Task See(
        HubTransaction work, IReadOnlyList<LivingDifference> seen, Guid run, DateTimeOffset now, CancellationToken cancellationToken) =>
        seen.Count == 0 ? Task.CompletedTask : work.Execute(SeeSql, [Ids(seen), Parameter.Instant(now), Parameter.As(run)], cancellationToken);

    /// <summary>A run looked and did not find them: that is the proof.</summary>
    public static async Task Close(
        HubTransaction work, IReadOnlyList<LivingDifference> gone, Guid run, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (gone.Count == 0)
            return;
        await work.Execute(CloseSql, [Ids(gone), Parameter.Instant(now), Parameter.As(run)], cancellationToken);
        await Step(work, gone, DifferenceState.Closed, "hub", $"{run}", now, cancellationToken);
    }

    /// <summary>Notes what somebody did about it.</summary>
    public static async Task Move(
        HubTransaction work, LivingDifference one, string state, string actor, string? reason, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        await work.Execute(
            MoveSql, [Parameter.As(one.DifferenceId), Parameter.Text(state), Parameter.Text(reason), Parameter.Instant(now)], cancellationToken);
        await Step(work, [one], state, actor, reason, now, cancellationToken);
    }

    private static Task Step(
        HubTransaction work, IReadOnlyList<LivingDifference> some, string step, string actor, string? reason, DateTimeOffset now,
        CancellationToken cancellationToken) =>
        work.Execute(
            StepSql, [Ids(some), Parameter.Text(step), Parameter.Text(actor), Parameter.Text(reason), Parameter.Instant(now)], cancellationToken);

    private static NpgsqlParameter Ids(IReadOnlyList<LivingDifference> some) =>
        Parameter.Column(some, one => one.DifferenceId, NpgsqlDbType.Uuid);

    private static LivingDifference Read(NpgsqlDataReader row) => new()
    {
        DifferenceId = row.GetGuid(0),
        Level = row.GetString(1),
        Class = row.GetString(2),
        Source = row.GetString(3),
        Key = row.GetString(4),
        Owner = row.GetString(5),
        State = row.GetString(6),
        FirstSeenAt = row.GetFieldValue<DateTimeOffset>(7),
        LastSeenAt = row.GetFieldValue<DateTimeOffset>(8),
        Reason = row.TextOrNull(9),
    };
}
