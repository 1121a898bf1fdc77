using IntegrationHub.Database;
using Npgsql;

namespace IntegrationHub.Rights;

/// <summary>A legal hold: what it covers, who set it and why, and who lifted it.</summary>
public sealed record LegalHold
{
    public const string Person = "PERSON";
    public const string Referral = "REFERRAL";

    public required Guid HoldId { get; init; }
    public required string Kind { get; init; }
    public required Guid Subject { get; init; }
    public required string Reason { get; init; }
    public required string SetBy { get; init; }
    public required DateTimeOffset SetAt { get; init; }
    public string? LiftedBy { get; init; }
    public string? LiftedWhy { get; init; }
    public DateTimeOffset? LiftedAt { get; init; }
}

/// <summary>Holds as stored: set once, lifted once, never deleted.</summary>
public static class HoldStore
{
    private const string Columns = "hold_id, kind, subject, reason, set_by, set_at, lifted_by, lifted_why, lifted_at";

    internal const string SetSql = """
        insert into rights.hold (hold_id, kind, subject, reason, set_by, set_at)
        values ($1, $2, $3, $4, $5, $6)
            on conflict do nothing
        """;

    internal const string LiftSql = """
        update rights.hold
           set lifted_by  = $3
             , lifted_why = $4
             , lifted_at  = $5
         where kind = $1
           and subject = any ($2)
           and lifted_at is null
        """;

    internal const string AllSql = $"""
        select {Columns}
          from rights.hold
         where lifted_at is null
            or $1
         order by set_at, hold_id
        """;

    internal const string StandingSql = """
        select subject
          from rights.hold
         where kind = $1
           and lifted_at is null
        """;

    /// <summary>False if it stood already.</summary>
    public static async Task<bool> Set(HubTransaction work, LegalHold hold, CancellationToken cancellationToken) =>
        await work.Execute(
            SetSql,
            [
                Parameter.As(hold.HoldId), Parameter.Text(hold.Kind), Parameter.As(hold.Subject), Parameter.Text(hold.Reason),
                Parameter.Text(hold.SetBy), Parameter.Instant(hold.SetAt),
            ],
            cancellationToken) > 0;

    public static async Task<bool> Lift(
        HubTransaction work, string kind, IReadOnlyCollection<Guid> subjects, string by, string why, DateTimeOffset now,
        CancellationToken cancellationToken) =>
        await work.Execute(
            LiftSql,
            [Parameter.Text(kind), Parameter.As(subjects.ToArray()), Parameter.Text(by), Parameter.Text(why), Parameter.Instant(now)],
            cancellationToken) > 0;

    public static Task<List<LegalHold>> All(HubTransaction work, bool alsoLifted, CancellationToken cancellationToken) =>
        work.Query(AllSql, [Parameter.As(alsoLifted)], Read, cancellationToken);

    /// <summary>What is held of one kind.</summary>
    public static async Task<HashSet<Guid>> Standing(HubTransaction work, string kind, CancellationToken cancellationToken) =>
        [.. await work.Query(StandingSql, [Parameter.Text(kind)], row => row.GetGuid(0), cancellationToken)];

    private static LegalHold Read(NpgsqlDataReader row) => new()
    {
        HoldId = row.GetGuid(0),
        Kind = row.GetString(1),
        Subject = row.GetGuid(2),
        Reason = row.GetString(3),
        SetBy = row.GetString(4),
        SetAt = row.GetFieldValue<DateTimeOffset>(5),
        LiftedBy = row.TextOrNull(6),
        LiftedWhy = row.TextOrNull(7),
        LiftedAt = row.ValueOrNull<DateTimeOffset>(8),
    };
}
