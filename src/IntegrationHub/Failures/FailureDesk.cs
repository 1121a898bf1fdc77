using IntegrationHub.Audit;
using IntegrationHub.Contracts;
using IntegrationHub.Database;

namespace IntegrationHub.Failures;

/// <summary>What a person wants to change about a group; null leaves it, an empty text takes it away.</summary>
public sealed record GroupChange
{
    public string? State { get; init; }
    public DateTimeOffset? MutedUntil { get; init; }
    public string? Owner { get; init; }
    public string? Note { get; init; }
    public string? Ticket { get; init; }
    public DateOnly? DueOn { get; init; }

    /// <summary>The version the person saw.</summary>
    public int? ExpectedVersion { get; init; }
}

/// <summary>A page of a list, and where the next one begins.</summary>
public sealed record FailurePage(IReadOnlyList<FailureLine> Items, string? Next);

/// <summary>
/// Where administrators look at what failed and say what becomes of it: the same functions for the command line and for
/// the operations API. Every change is audited with who and why.
/// </summary>
public sealed class FailureDesk(HubDatabase database, TimeProvider time)
{
    private const int LongestReason = 2000;

    internal const string ChangeGroupSql = """
        update failures.failure_group
           set state       = coalesce($2, state)
             , muted_until = case when coalesce($2, state) = 'MUTED' then coalesce($3, muted_until) end
             , owner       = nullif(coalesce($4, owner), '')
             , note        = nullif(coalesce($5, note), '')
             , ticket      = nullif(coalesce($6, ticket), '')
             , due_on      = coalesce($7, due_on)
             , version     = version + 1
         where group_id = $1
           and ($8::int is null or version = $8)
        """;

    public async Task<IReadOnlyList<GroupLine>> Groups(Administrator who, bool all, CancellationToken cancellationToken)
    {
        MayLook(who);
        await using var work = await database.Begin(cancellationToken);
        return await FailureReading.Groups(work, all, time.GetUtcNow(), cancellationToken);
    }

    /// <summary>The newest failures that fit, from a cursor on.</summary>
    /// <exception cref="HubProblemException"><c>cursor.invalid</c>, <c>access.role</c>, <c>access.division</c></exception>
    public async Task<FailurePage> List(
        Administrator who, FailureFilterBy filter, string? after, int limit, CancellationToken cancellationToken)
    {
        MayLook(who);
        var place = FailureCursor.Read(after);
        await using var work = await database.Begin(cancellationToken);
        var lines = await FailureReading.List(work, who.Narrow(filter), place, limit + 1, cancellationToken);
        var page = lines.Take(limit).ToList();
        return new FailurePage(page, lines.Count > limit ? FailureCursor.Of(page[^1]) : null);
    }

    /// <exception cref="HubProblemException"><c>failure.not_found</c>, <c>access.role</c>, <c>access.division</c></exception>
    public async Task<FailureSheet> Show(Administrator who, long failureId, CancellationToken cancellationToken)
    {
        MayLook(who);
        await using var work = await database.Begin(cancellationToken);
        return await Find(work, who, failureId, cancellationToken);
    }

    /// <summary>How many messages wait behind an earlier one of their subject.</summary>
    public async Task<long> Held(Administrator who, CancellationToken cancellationToken)
    {
        MayLook(who);
        await using var work = await database.Begin(cancellationToken);
        return await FailureReading.Held(work, cancellationToken);
    }

    /// <exception cref="HubProblemException"><c>failure.group_not_found</c>, <c>failure.moved</c>, <c>request.invalid</c></exception>
    public async Task<GroupLine> ChangeGroup(
        Administrator who, long groupId, GroupChange change, CancellationToken cancellationToken)
    {
        who.MustBe(AdminRole.Operator);
        if (change.State is { } state && !GroupState.All.Contains(state))
            throw Invalid($"The state is one of {string.Join(", ", GroupState.All)}.");
        if (change.State == GroupState.Muted && (change.MutedUntil is not { } until || until <= time.GetUtcNow()))
            throw Invalid("A group is muted until a moment to come.");
        await using var work = await database.Begin(cancellationToken);
        var known = await FailureReading.Group(work, groupId, time.GetUtcNow(), cancellationToken)
            ?? throw new HubProblemException("failure.group_not_found", $"There is no group {groupId}.", "See `hub failed groups --all`.");
        var changed = await work.Execute(
            ChangeGroupSql,
            [
                Parameter.As(groupId), Parameter.Text(change.State), Parameter.Instant(change.MutedUntil),
                Parameter.Text(Cut(change.Owner)), Parameter.Text(Cut(change.Note)), Parameter.Text(Cut(change.Ticket)),
                Parameter.Date(change.DueOn),
                new Npgsql.NpgsqlParameter<int?> { TypedValue = change.ExpectedVersion, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Integer },
            ],
            cancellationToken);
        if (changed == 0)
            throw Moved(known.Version);
        await Note(work, who, "failure.group_changed", $"group/{groupId}", new { from = known.State, change }, cancellationToken);
        var now = await FailureReading.Group(work, groupId, time.GetUtcNow(), cancellationToken);
        await work.Commit(cancellationToken);
        return now!; // changed just before
    }

    /// <summary>Closes failures for good without sending them: with a reason, and whoever waited behind them may go.</summary>
    /// <returns>How many were open and are closed now.</returns>
    /// <exception cref="HubProblemException"><c>failure.nothing</c>, <c>failure.in_redrive</c>, <c>reason.missing</c></exception>
    public async Task<int> Discard(
        Administrator who, IReadOnlyCollection<long> failures, string reason, CancellationToken cancellationToken)
    {
        who.MustBe(AdminRole.Operator);
        var why = ReasonOf(reason);
        await using var work = await database.Begin(cancellationToken);
        foreach (var failureId in failures)
        {
            var line = (await Find(work, who, failureId, cancellationToken)).Line;
            if (line.OperationId is not null)
                throw InRedrive(failureId);
        }

        var closed = await FailureStore.Close(
            work, failures, FailureState.Discarded, who.Name, why, time.GetUtcNow(), cancellationToken);
        if (closed.Count == 0)
            throw new HubProblemException("failure.nothing", "None of these is open.", "See `hub failed list`.");
        await Note(work, who, "failure.discarded", "failures", new { failures = closed, reason = why }, cancellationToken);
        await work.Commit(cancellationToken);
        return closed.Count;
    }

    /// <summary>Plans when the schedule sends a failure again by itself; null takes it off the schedule.</summary>
    /// <exception cref="HubProblemException"><c>failure.nothing</c></exception>
    public async Task RetryAt(Administrator who, long failureId, DateTimeOffset? at, CancellationToken cancellationToken)
    {
        who.MustBe(AdminRole.Operator);
        await using var work = await database.Begin(cancellationToken);
        await Find(work, who, failureId, cancellationToken);
        if (!await RetryStore.RetryAt(work, failureId, at, cancellationToken))
            throw new HubProblemException("failure.nothing", "It is not open, or a re-drive has it.", "See `hub failed show`.");
        await Note(work, who, "failure.retry_planned", $"failure/{failureId}", new { at }, cancellationToken);
        await work.Commit(cancellationToken);
    }

    public async Task<IReadOnlyList<RetryStep>> Schedule(Administrator who, CancellationToken cancellationToken)
    {
        MayLook(who);
        await using var work = await database.Begin(cancellationToken);
        return await RetryStore.Steps(work, cancellationToken);
    }

    /// <summary>Changes the pauses of the schedule. What is planned already keeps its time.</summary>
    /// <exception cref="HubProblemException"><c>request.invalid</c></exception>
    public async Task<IReadOnlyList<RetryStep>> SetSchedule(
        Administrator who, IReadOnlyList<TimeSpan> pauses, CancellationToken cancellationToken)
    {
        who.MustBe(AdminRole.Operator);
        if (pauses.Count > 20 || pauses.Any(pause => pause < TimeSpan.FromSeconds(1) || pause > TimeSpan.FromDays(7)))
            throw Invalid("At most 20 pauses, each between a second and a week.");
        await using var work = await database.Begin(cancellationToken);
        await RetryStore.SetSteps(work, pauses, cancellationToken);
        await Note(work, who, "failure.schedule_changed", "schedule", new { pauses }, cancellationToken);
        var steps = await RetryStore.Steps(work, cancellationToken);
        await work.Commit(cancellationToken);
        return steps;
    }

    internal static async Task<FailureSheet> Find(
        HubTransaction work, Administrator who, long failureId, CancellationToken cancellationToken)
    {
        var sheet = await FailureReading.Find(work, failureId, cancellationToken)
            ?? throw new HubProblemException("failure.not_found", $"There is no failure {failureId}.", "See `hub failed list`.");
        who.MustBeFor(sheet.Line.Division);
        return sheet;
    }

    internal static string ReasonOf(string? reason) =>
        reason?.Trim() is { Length: > 0 and <= LongestReason } why
            ? why
            : throw new HubProblemException("reason.missing", "Why must be said, in at most 2,000 characters.", "Give a reason.");

    internal static HubProblemException InRedrive(long failureId) => new(
        "failure.in_redrive", $"Failure {failureId} is under way in a re-drive.", "Wait until that has ended or cancel it.");

    internal static HubProblemException Moved(int version) => new(
        "failure.moved", "Somebody has changed it meanwhile.", "Look again, then decide.") { Version = version };

    internal static void MayLook(Administrator who) =>
        who.MustBe(AdminRole.Observer, AdminRole.Operator, AdminRole.Approver, AdminRole.Auditor);

    private static HubProblemException Invalid(string detail) => new("request.invalid", detail, "Correct it.");

    private static string? Cut(string? text) => text is { Length: > LongestReason } ? text[..LongestReason] : text?.Trim();

    private Task Note(
        HubTransaction work, Administrator who, string action, string subject, object detail, CancellationToken cancellationToken) =>
        AuditLog.Append(work, new AuditFact($"operator:{who.Name}", action, subject, detail), time, cancellationToken);
}
