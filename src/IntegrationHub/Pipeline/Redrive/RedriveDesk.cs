using System.Text.Json;
using IntegrationHub.Audit;
using IntegrationHub.Contracts;
using IntegrationHub.Database;
using IntegrationHub.Failures;

namespace IntegrationHub.Pipeline.Redrive;

/// <summary>What an administrator wants to send again, how carefully and why.</summary>
public sealed record RedriveWish
{
    public required FailureFilterBy Filter { get; init; }
    public required string Reason { get; init; }

    /// <summary>So many first; 0 for none.</summary>
    public int Canary { get; init; }

    /// <summary>True: after the canary a person looks and resumes.</summary>
    public bool WaitsAfterCanary { get; init; }

    /// <summary>Messages a second.</summary>
    public int Rate { get; init; } = 500;
    public int RampSeconds { get; init; }

    /// <summary>It stops when more than this share of what ended has failed.</summary>
    public double StopRatio { get; init; } = 0.1;
}

/// <summary>A re-drive with what its preview found.</summary>
public sealed record RedriveSheet(RedriveOperation Operation, IReadOnlyDictionary<string, long> Verdicts);

/// <summary>How far a preview is.</summary>
public sealed record PreviewProgress(int Done, int Total);

/// <summary>
/// Where administrators send failed messages again: see first what each would do, try a few, watch the rest, stop it. The
/// same functions for the command line and for the operations API; each step is checked, versioned and audited.
/// </summary>
public sealed class RedriveDesk
{
    private const int PreviewPage = 1_000;
    private const int FastestRate = 20_000;

    private readonly HubDatabase _database;
    private readonly RedriveDriver _driver;
    private readonly TimeProvider _time;

    internal RedriveDesk(HubDatabase database, RedriveDriver driver, TimeProvider time) =>
        (_database, _driver, _time) = (database, driver, time);

    /// <summary>Fixes which messages it is about and asks what each would do. Nothing is sent.</summary>
    /// <exception cref="HubProblemException"><c>redrive.nothing</c>, <c>request.invalid</c>, <c>reason.missing</c> and others.</exception>
    public async Task<RedriveSheet> Preview(
        Administrator who, RedriveWish wish, IProgress<PreviewProgress>? progress, CancellationToken cancellationToken)
    {
        who.MustBe(AdminRole.Operator);
        var reason = FailureDesk.ReasonOf(wish.Reason);
        Check(wish);
        var operationId = Guid.CreateVersion7(_time.GetUtcNow());
        int requested;
        await using (var work = await _database.Begin(cancellationToken))
        {
            var made = new NewRedrive(
                operationId, who.Name, reason, JsonSerializer.Serialize(wish.Filter, JsonSerializerOptions.Web), wish.Canary,
                wish.WaitsAfterCanary, wish.Rate, wish.RampSeconds, wish.StopRatio);
            requested = await RedriveStore.Add(work, made, who.Narrow(wish.Filter), _time.GetUtcNow(), cancellationToken);
            if (requested == 0)
                throw new HubProblemException("redrive.nothing", "No open failure fits.", "See `hub failed list`.");
            var detail = new { requested, reason, filter = wish.Filter, wish.Canary, wish.Rate };
            await Note(work, who, "redrive.made", operationId, detail, cancellationToken);
            await work.Commit(cancellationToken);
        }

        await AskAll(operationId, requested, progress, cancellationToken);
        await using var last = await _database.Begin(cancellationToken);
        var operation = await Locked(last, operationId, cancellationToken);
        var policies = RedrivePolicies.Of(await RedriveStore.Policies(last, cancellationToken));
        var places = await RedriveStore.Places(last, operationId, cancellationToken);
        operation = operation with
        {
            State = RedriveState.Previewed,
            NeedsApproval = policies.AskForApproval(places, requested),
        };
        await RedriveStore.Save(last, operation, _time.GetUtcNow(), cancellationToken);
        var sheet = await Sheet(last, operationId, cancellationToken);
        await last.Commit(cancellationToken);
        return sheet;
    }

    /// <summary>Starts, approves, pauses, resumes or cancels.</summary>
    /// <exception cref="HubProblemException">
    /// <c>redrive.not_found</c>, <c>redrive.illegal_step</c>, <c>redrive.same_person</c>, <c>failure.moved</c>, <c>access.role</c>
    /// </exception>
    public async Task<RedriveSheet> Order(
        Administrator who, Guid operationId, RedriveOrder order, int? expectedVersion, CancellationToken cancellationToken)
    {
        who.MustBe(order == RedriveOrder.Approve ? AdminRole.Approver : AdminRole.Operator);
        await using var work = await _database.Begin(cancellationToken);
        var operation = await Locked(work, operationId, cancellationToken);
        if (expectedVersion is { } expected && expected != operation.Version)
            throw FailureDesk.Moved(operation.Version);
        var (state, refusal) = RedriveRules.Follow(operation, order, who.Name);
        if (refusal is not null)
        {
            await Note(
                work, who, "redrive.refused", operationId, new { order = order.ToString(), refusal, state = operation.State },
                cancellationToken);
            await work.Commit(cancellationToken);
            throw Refused(refusal, operation);
        }

        var now = _time.GetUtcNow();
        var after = RedriveDriver.Moved(operation, state!, null, now); // a state or a refusal
        if (order == RedriveOrder.Approve)
            after = after with { ApprovedBy = who.Name, ApprovedAt = now };
        await RedriveStore.Save(work, after, now, cancellationToken);
        await Note(
            work, who, $"redrive.{order.ToString().ToLowerInvariant()}", operationId,
            new { from = operation.State, to = after.State, counts = operation.Counts }, cancellationToken);
        var sheet = await Sheet(work, operationId, cancellationToken);
        await work.Commit(cancellationToken);
        return sheet;
    }

    /// <exception cref="HubProblemException"><c>redrive.not_found</c></exception>
    public async Task<RedriveSheet> Show(Administrator who, Guid operationId, CancellationToken cancellationToken)
    {
        FailureDesk.MayLook(who);
        await using var work = await _database.Begin(cancellationToken);
        return await Sheet(work, operationId, cancellationToken);
    }

    /// <summary>How far it is, without what its preview found: cheap enough to ask every second.</summary>
    /// <exception cref="HubProblemException"><c>redrive.not_found</c></exception>
    public async Task<RedriveOperation> Look(Administrator who, Guid operationId, CancellationToken cancellationToken)
    {
        FailureDesk.MayLook(who);
        await using var work = await _database.Begin(cancellationToken);
        return await RedriveStore.Find(work, operationId, cancellationToken) ?? throw NotFound(operationId);
    }

    /// <summary>The newest first.</summary>
    public async Task<IReadOnlyList<RedriveOperation>> List(
        Administrator who, string? state, Guid? before, int limit, CancellationToken cancellationToken)
    {
        FailureDesk.MayLook(who);
        await using var work = await _database.Begin(cancellationToken);
        return await RedriveStore.List(work, state, before, limit, cancellationToken);
    }

    /// <summary>The messages of a re-drive with their verdicts and how they ended.</summary>
    public async Task<IReadOnlyList<RedriveItem>> Items(
        Administrator who, Guid operationId, string? state, int after, int limit, CancellationToken cancellationToken)
    {
        FailureDesk.MayLook(who);
        await using var work = await _database.Begin(cancellationToken);
        return await RedriveStore.Items(work, operationId, state, after, limit, cancellationToken);
    }

    /// <summary>Every re-drive a message was part of.</summary>
    public async Task<IReadOnlyList<RedrivePast>> HistoryOf(Administrator who, long failureId, CancellationToken cancellationToken)
    {
        FailureDesk.MayLook(who);
        await using var work = await _database.Begin(cancellationToken);
        await FailureDesk.Find(work, who, failureId, cancellationToken);
        return await RedriveStore.History(work, failureId, cancellationToken);
    }

    public async Task<IReadOnlyList<RedrivePolicy>> Policies(Administrator who, CancellationToken cancellationToken)
    {
        FailureDesk.MayLook(who);
        await using var work = await _database.Begin(cancellationToken);
        return await RedriveStore.Policies(work, cancellationToken);
    }

    /// <summary>Says what may be sent again to an endpoint, or of a message type. An approver's word.</summary>
    /// <exception cref="HubProblemException"><c>request.invalid</c>, <c>access.role</c></exception>
    public async Task SetPolicy(Administrator who, RedrivePolicy policy, string reason, CancellationToken cancellationToken)
    {
        who.MustBe(AdminRole.Approver);
        var why = FailureDesk.ReasonOf(reason);
        if (policy is not { Kind: "endpoint" or "message", Rule: "ALLOWED" or "NEEDS_APPROVAL" or "FORBIDDEN", Name.Length: > 0 and <= 200 })
            throw Invalid("A policy is of an endpoint or a message, and ALLOWED, NEEDS_APPROVAL or FORBIDDEN.");
        await using var work = await _database.Begin(cancellationToken);
        await RedriveStore.SetPolicy(work, policy, cancellationToken);
        await AuditLog.Append(
            work, new AuditFact($"operator:{who.Name}", "redrive.policy_changed", $"{policy.Kind}/{policy.Name}", new { policy, reason = why }),
            _time, cancellationToken);
        await work.Commit(cancellationToken);
    }

    private async Task AskAll(
        Guid operationId, int total, IProgress<PreviewProgress>? progress, CancellationToken cancellationToken)
    {
        var after = 0;
        while (true)
        {
            await using var work = await _database.Begin(cancellationToken);
            var page = await RedriveStore.Page(work, operationId, after, PreviewPage, cancellationToken);
            if (page.Count == 0)
                return;
            var verdicts = await _driver.VerdictsOf(work, operationId, page, cancellationToken);
            await RedriveStore.SetVerdicts(
                work, operationId, [.. verdicts.Select(one => (one.Key, one.Value))], cancellationToken);
            await work.Commit(cancellationToken);
            after = page[^1].Number;
            progress?.Report(new PreviewProgress(after, total));
        }
    }

    private static async Task<RedriveSheet> Sheet(HubTransaction work, Guid operationId, CancellationToken cancellationToken) =>
        new(
            await RedriveStore.Find(work, operationId, cancellationToken) ?? throw NotFound(operationId),
            await RedriveStore.VerdictCounts(work, operationId, cancellationToken));

    private static async Task<RedriveOperation> Locked(HubTransaction work, Guid operationId, CancellationToken cancellationToken) =>
        await RedriveStore.Lock(work, operationId, cancellationToken) ?? throw NotFound(operationId);

    private static void Check(RedriveWish wish)
    {
        if (wish.Filter.State != FailureState.Open)
            throw Invalid("Only open failures are sent again.");
        if (wish.Rate is < 1 or > FastestRate)
            throw Invalid("The rate is between 1 and 20,000 messages a second.");
        if (wish.Canary is < 0 or > 10_000 || wish.RampSeconds is < 0 or > 3_600)
            throw Invalid("The canary is at most 10,000 messages, the ramp at most an hour.");
        if (wish.StopRatio is not (>= 0 and <= 1))
            throw Invalid("The ratio that stops it is between 0 and 1.");
    }

    private static HubProblemException Refused(string code, RedriveOperation operation) => code == "redrive.same_person"
        ? new(code, "A re-drive is approved by another than who made it.", "Ask a colleague to approve it.")
        : new(code, $"It is {operation.State}.", "See `hub redrive show`.") { Version = operation.Version };

    private static HubProblemException NotFound(Guid operationId) =>
        new("redrive.not_found", $"There is no re-drive {operationId}.", "See `hub redrive list`.");

    private static HubProblemException Invalid(string detail) => new("request.invalid", detail, "Correct it.");

    private Task Note(
        HubTransaction work, Administrator who, string action, Guid operationId, object detail, CancellationToken cancellationToken) =>
        AuditLog.Append(
            work, new AuditFact($"operator:{who.Name}", action, $"redrive/{operationId}", detail), _time, cancellationToken);
}
