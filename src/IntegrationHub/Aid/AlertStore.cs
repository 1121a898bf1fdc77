using IntegrationHub.Database;
using Npgsql;
using NpgsqlTypes;

namespace IntegrationHub.Aid;

/// <summary>An alert as it is kept, with where it stands.</summary>
public sealed record KnownAlert(
    AidAlert Alert, string State, DateTimeOffset OpenedAt, DateTimeOffset ChangedAt, string? CloseReason, string PolicyVersion,
    IReadOnlyList<string> AcknowledgedBy);

/// <summary>The alerts there are and were, each with all that happened to it.</summary>
public static class AlertStore
{
    private const string Columns = """
        a.alert_id, a.type, a.code, a.person_key, a.need_id, a.kind, a.records, a.excess, a.band, a.state, a.opened_at, a.changed_at,
        a.close_reason, a.policy_version,
        array(select distinct s.actor from aid.alert_step s where s.alert_id = a.alert_id and s.step = 'ACKNOWLEDGED' order by s.actor)
        """;

    internal const string OpenSql = $"""
        select {Columns}
          from aid.alert a
         where a.state = 'OPEN'
           and a.type <> 'alert.stale'
           and (a.person_key = any ($1) or a.records && $2 or a.alert_id = any ($3))
         order by a.alert_id
           for update
        """;

    internal const string PageSql = $"""
        select {Columns}
          from aid.alert a
         where ($1::text is null or a.state = $1)
           and ($2::text is null or a.type = $2)
           and (a.opened_at, a.alert_id) > ($3, $4)
         order by a.opened_at, a.alert_id
         limit $5
        """;

    internal const string FindSql = $"""
        select {Columns}
          from aid.alert a
         where a.alert_id = $1
        """;

    internal const string SaveSql = """
        insert into aid.alert as known
               (alert_id, type, code, person_key, need_id, kind, records, excess, band, state, opened_at, changed_at, policy_version)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'OPEN', $10, $10, $11)
            on conflict (alert_id) do update
           set person_key     = excluded.person_key
             , kind           = excluded.kind
             , records        = excluded.records
             , excess         = excluded.excess
             , band           = excluded.band
             , opened_at      = case when known.state = 'CLOSED' then excluded.opened_at else known.opened_at end
             , state          = 'OPEN'
             , changed_at     = excluded.changed_at
             , close_reason   = null
             , policy_version = excluded.policy_version
        """;

    internal const string CloseSql = """
        update aid.alert
           set state        = 'CLOSED'
             , close_reason = $2
             , changed_at   = $3
         where alert_id = $1
           and state = 'OPEN'
        """;

    internal const string StepSql = """
        insert into aid.alert_step (alert_id, step, actor, reason, at)
        values ($1, $2, $3, $4, $5)
        returning number
        """;

    internal const string OpenOfTypeSql = $"""
        select {Columns}
          from aid.alert a
         where a.state = 'OPEN'
           and a.type = $1
         order by a.alert_id
           for update
        """;

    internal const string AgesSql = """
        select code,
               count(*) filter (where opened_at > $1::timestamptz - interval '1 day'),
               count(*) filter (where opened_at <= $1::timestamptz - interval '1 day' and opened_at > $1::timestamptz - interval '7 days'),
               count(*) filter (where opened_at <= $1::timestamptz - interval '7 days')
          from aid.alert
         where state = 'OPEN'
         group by code
         order by code
        """;

    /// <summary>How old what is open is: up to a day, up to a week, more (R19).</summary>
    public static Task<List<(string Code, long Day, long Week, long Older)>> Ages(
        HubTransaction work, DateTimeOffset now, CancellationToken cancellationToken) =>
        work.Query(
            AgesSql, [Parameter.Instant(now)], row => (row.GetString(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3)), cancellationToken);

    /// <summary>Open alerts about these people or lines, held until the transaction ends.</summary>
    public static Task<List<KnownAlert>> Open(
        HubTransaction work, IReadOnlyCollection<Guid> people, IReadOnlyCollection<AidRef> lines, IReadOnlyCollection<Guid> ids,
        CancellationToken cancellationToken) =>
        work.Query(
            OpenSql,
            [Parameter.As(people.ToArray()), Parameter.As(lines.Select(line => line.ToString()).ToArray()), Parameter.As(ids.ToArray())],
            Read, cancellationToken);

    public static Task<List<KnownAlert>> OpenOfType(HubTransaction work, string type, CancellationToken cancellationToken) =>
        work.Query(OpenOfTypeSql, [Parameter.Text(type)], Read, cancellationToken);

    /// <summary>Alerts after a place, the oldest first.</summary>
    public static Task<List<KnownAlert>> Page(
        HubTransaction work, string? state, string? type, (DateTimeOffset OpenedAt, Guid AlertId) after, int limit,
        CancellationToken cancellationToken) =>
        work.Query(
            PageSql,
            [Parameter.Text(state), Parameter.Text(type), Parameter.Instant(after.OpenedAt), Parameter.As(after.AlertId), Parameter.As(limit)],
            Read, cancellationToken);

    public static async Task<KnownAlert?> Find(HubTransaction work, Guid alertId, CancellationToken cancellationToken) =>
        (await work.Query(FindSql, [Parameter.As(alertId)], Read, cancellationToken)).SingleOrDefault();

    /// <summary>Opens it, opens it again, or notes what is new; the number is that of the step.</summary>
    public static async Task<long> Save(
        HubTransaction work, AidAlert alert, string step, string policyVersion, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await work.Execute(
            SaveSql,
            [
                Parameter.As(alert.AlertId), Parameter.Text(alert.Type), Parameter.Text(alert.Code), Parameter.Uuid(alert.Person),
                Parameter.Uuid(alert.NeedId), Parameter.Text(alert.Kind),
                Parameter.As(alert.Records.Select(record => record.ToString()).ToArray()),
                new NpgsqlParameter<decimal?> { TypedValue = alert.Excess, NpgsqlDbType = NpgsqlDbType.Numeric },
                Parameter.Text(alert.Band), Parameter.Instant(now), Parameter.Text(policyVersion),
            ],
            cancellationToken);
        return await Step(work, alert.AlertId, step, "hub", null, now, cancellationToken);
    }

    public static async Task Close(
        HubTransaction work, Guid alertId, string reason, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await work.Execute(CloseSql, [Parameter.As(alertId), Parameter.Text(reason), Parameter.Instant(now)], cancellationToken);
        await Step(work, alertId, "CLOSED", "hub", reason, now, cancellationToken);
    }

    /// <summary>Notes that someone has read it; it stays open while its cause stands.</summary>
    public static Task<long> Acknowledge(
        HubTransaction work, Guid alertId, string actor, string? reason, DateTimeOffset now, CancellationToken cancellationToken) =>
        Step(work, alertId, "ACKNOWLEDGED", actor, reason, now, cancellationToken);

    private static async Task<long> Step(
        HubTransaction work, Guid alertId, string step, string actor, string? reason, DateTimeOffset now, CancellationToken cancellationToken) =>
        (await work.Query(
            StepSql,
            [Parameter.As(alertId), Parameter.Text(step), Parameter.Text(actor), Parameter.Text(reason), Parameter.Instant(now)],
            row => row.GetInt64(0), cancellationToken)).Single();

    private static KnownAlert Read(NpgsqlDataReader row) => new(
        new AidAlert
        {
            AlertId = row.GetGuid(0),
            Type = row.GetString(1),
            Code = row.GetString(2),
            Person = row.ValueOrNull<Guid>(3),
            NeedId = row.ValueOrNull<Guid>(4),
            Kind = row.TextOrNull(5),
            Records = [.. row.GetFieldValue<string[]>(6).Select(RefOf)],
            Excess = row.ValueOrNull<decimal>(7),
            Band = row.TextOrNull(8),
        },
        row.GetString(9), row.GetFieldValue<DateTimeOffset>(10), row.GetFieldValue<DateTimeOffset>(11), row.TextOrNull(12), row.GetString(13),
        row.GetFieldValue<string[]>(14));

    private static AidRef RefOf(string text)
    {
        var end = text.IndexOf(':', StringComparison.Ordinal);
        return new AidRef(LinkStore.SideOf(text[..end]), text[(end + 1)..]);
    }
}
