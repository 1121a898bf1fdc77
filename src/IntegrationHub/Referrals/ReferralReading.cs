using IntegrationHub.Database;

namespace IntegrationHub.Referrals;

/// <summary>A referral as an administrator sees it: codes and references, no person.</summary>
public sealed record ReferralLine(
    Guid ReferralId, string NeedRef, string Kind, string Division, string Priority, string State, int Attempt, string? Uscc,
    string? Reason, DateTimeOffset ChangedAt);

/// <summary>One change of a referral's state: when, by whom, why.</summary>
public sealed record ReferralMove(DateTimeOffset At, int Attempt, string State, string? Uscc, string Actor, string? Reason);

/// <summary>Reads referrals for the doors.</summary>
public static class ReferralReading
{
    private const string Columns = """
        r.referral_id, n.need_ref, n.kind, n.division, n.priority, r.state, r.attempt, r.uscc, r.reason, r.changed_at
        """;

    internal const string ListSql = $"""
        select {Columns}
          from referrals.referral r
          join referrals.need n on n.need_id = r.need_id
         where $1 is null
            or r.state = $1
         order by r.changed_at desc, r.referral_id
         limit $2
        """;

    internal const string CountsSql = """
        select state, count(*)
          from referrals.referral
         group by state
         order by state
        """;

    internal const string LastDaysSql = """
        select ((expires_at - interval '1 microsecond') at time zone 'Asia/Shanghai')::date as last_day, count(*)
          from referrals.referral
         where state = 'OFFERED'
         group by 1
        """;

    internal const string OneSql = $"""
        select {Columns}
          from referrals.referral r
          join referrals.need n on n.need_id = r.need_id
         where r.referral_id = $1
        """;

    internal const string MovesSql = """
        select at, attempt, state, uscc, actor, reason
          from referrals.transition
         where referral_id = $1
         order by transition_id
        """;

    internal const string UnknownSql = """
        select asked.referral_id
          from unnest($1::uuid[]) as asked (referral_id)
         where not exists (select from referrals.referral r where r.referral_id = asked.referral_id)
         order by asked.referral_id
        """;

    /// <summary>Those of these ids that no referral has, in order.</summary>
    public static Task<List<Guid>> Unknown(
        HubTransaction work, IReadOnlyCollection<Guid> referrals, CancellationToken cancellationToken) =>
        work.Query(UnknownSql, [Parameter.As(referrals.ToArray())], row => row.GetGuid(0), cancellationToken);

    public static Task<List<ReferralLine>> List(
        HubTransaction work, string? state, int limit, CancellationToken cancellationToken) =>
        work.Query(ListSql, [Parameter.Text(state), Parameter.As(limit)], Read, cancellationToken);

    /// <summary>How many referrals are in each state.</summary>
    public static async Task<Dictionary<string, long>> Counts(HubTransaction work, CancellationToken cancellationToken) =>
        (await work.Query(CountsSql, [], row => (State: row.GetString(0), Count: row.GetInt64(1)), cancellationToken))
        .ToDictionary(row => row.State, row => row.Count);

    /// <summary>Offers under way whose last day to answer lies in a year without a calendar: they will not lapse (R24).</summary>
    public static async Task<long> WithoutCalendar(
        HubTransaction work, WorkingDays calendar, CancellationToken cancellationToken) =>
        (await work.Query(LastDaysSql, [], row => (Day: row.GetFieldValue<DateOnly>(0), Count: row.GetInt64(1)), cancellationToken))
        .Where(row => !calendar.Knows(row.Day.Year)).Sum(row => row.Count);

    public static async Task<ReferralLine?> Find(HubTransaction work, Guid referralId, CancellationToken cancellationToken) =>
        (await work.Query(OneSql, [Parameter.As(referralId)], Read, cancellationToken)).SingleOrDefault();

    public static Task<List<ReferralMove>> Moves(HubTransaction work, Guid referralId, CancellationToken cancellationToken) =>
        work.Query(
            MovesSql,
            [Parameter.As(referralId)],
            row => new ReferralMove(
                row.GetFieldValue<DateTimeOffset>(0), row.GetInt32(1), row.GetString(2), row.TextOrNull(3), row.GetString(4), row.TextOrNull(5)),
            cancellationToken);

    private static ReferralLine Read(Npgsql.NpgsqlDataReader row) => new(
        row.GetGuid(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4), row.GetString(5), row.GetInt32(6),
        row.TextOrNull(7), row.TextOrNull(8), row.GetFieldValue<DateTimeOffset>(9));
}
