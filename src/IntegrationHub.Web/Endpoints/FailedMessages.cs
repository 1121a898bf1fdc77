using IntegrationHub.Failures;
using IntegrationHub.Pipeline.Redrive;
using IntegrationHub.Web.Access;
using IntegrationHub.Web.Problems;
using Microsoft.AspNetCore.Mvc;

namespace IntegrationHub.Web.Endpoints;

/// <summary>How far people are with a group of failures.</summary>
internal sealed record GroupDocument
{
    public string? State { get; init; }
    public DateTimeOffset? MutedUntil { get; init; }
    public string? Owner { get; init; }
    public string? Note { get; init; }
    public string? Ticket { get; init; }
    public DateOnly? DueOn { get; init; }
}

/// <summary>Failures to be closed for good.</summary>
internal sealed record DiscardDocument
{
    public required IReadOnlyList<long> Failures { get; init; }
    public required string Reason { get; init; }
}

/// <summary>When a failure goes again by itself; without an instant it does not.</summary>
internal sealed record RetryDocument
{
    public DateTimeOffset? At { get; init; }
}

/// <summary>The pauses of the schedule, in seconds.</summary>
internal sealed record ScheduleDocument
{
    public required IReadOnlyList<int> Pauses { get; init; }
}

/// <summary>What is to be changed in a failed message.</summary>
internal sealed record EditDocument
{
    public required System.Text.Json.Nodes.JsonObject Patch { get; init; }
    public required string Reason { get; init; }
    public string? Endpoint { get; init; }
}

/// <summary>Why the values of a sealed record must be seen.</summary>
internal sealed record UnmaskDocument
{
    public required string Reason { get; init; }
}

/// <summary>What failed, and what becomes of it: the same functions as <c>hub failed</c>.</summary>
internal static class FailedMessages
{
    private const int Usual = 100;
    private const int Most = 1_000;
    private const int LongestCursor = 100;

    public static void MapFailedMessages(this IEndpointRouteBuilder ops)
    {
        ops.MapGet("/failed/groups", Groups);
        ops.MapPatch("/failed/groups/{groupId:long}", ChangeGroup);
        ops.MapGet("/failed", List);
        ops.MapGet("/failed/{failureId:long}", Show);
        ops.MapPost("/failed/{failureId:long}/unmask", Unmask);
        ops.MapPost("/failed/{failureId:long}/edit", Edit);
        ops.MapPost("/failed/{failureId:long}/retry", Retry);
        ops.MapPost("/failed/discard", Discard);
        ops.MapGet("/failed/schedule", Schedule);
        ops.MapPut("/failed/schedule", SetSchedule);
    }

    private static async Task<IResult> Groups(Asking asking, bool? all, FailureDesk desk, CancellationToken cancellationToken) =>
        Results.Ok(new
        {
            items = await desk.Groups(asking.Who, all == true, cancellationToken),
            held = await desk.Held(asking.Who, cancellationToken),
        });

    private static async Task<IResult> ChangeGroup(
        Asking asking, long groupId, GroupDocument document, [FromHeader(Name = "If-Match")] string? ifMatch, HttpContext context,
        FailureDesk desk, ProblemResults problems, CancellationToken cancellationToken)
    {
        if (!VersionTag.TryRead(ifMatch, out var expected))
            return problems.Of(ProblemCodes.Invalid, "If-Match is a version this API gave.");
        var change = new GroupChange
        {
            State = document.State,
            MutedUntil = document.MutedUntil,
            Owner = document.Owner,
            Note = document.Note,
            Ticket = document.Ticket,
            DueOn = document.DueOn,
            ExpectedVersion = expected,
        };
        var group = await desk.ChangeGroup(asking.Who, groupId, change, cancellationToken);
        context.Response.Headers.ETag = VersionTag.Of(group.Version);
        return Results.Ok(group);
    }

    private static async Task<IResult> List(
        Asking asking, [AsParameters] FailureQuery query, string? after, int? limit, FailureDesk desk, ProblemResults problems,
        CancellationToken cancellationToken)
    {
        if (limit is < 1 or > Most)
            return problems.Of(ProblemCodes.Invalid, $"The limit is between 1 and {Most}.");
        if (after?.Length > LongestCursor)
            return problems.Of("cursor.invalid");
        return query.State is { } state && !FailureState.All.Contains(state)
            ? problems.Of(ProblemCodes.Invalid, $"The state is one of {string.Join(", ", FailureState.All)}.")
            : Results.Ok(await desk.List(asking.Who, query.Filter(), after, limit ?? Usual, cancellationToken));
    }

    private static async Task<IResult> Show(
        Asking asking, long failureId, HttpContext context, FailureDesk desk, EditDesk edits, RedriveDesk redrives,
        CancellationToken cancellationToken)
    {
        var sheet = await desk.Show(asking.Who, failureId, cancellationToken);
        context.Response.Headers.ETag = VersionTag.Of(sheet.Line.Version);
        return Results.Ok(new
        {
            failure = sheet.Line,
            sheet.Stack,
            waitingBehind = sheet.WaitingBehind,
            body = await edits.Body(asking.Who, failureId, null, cancellationToken),
            history = await redrives.HistoryOf(asking.Who, failureId, cancellationToken),
        });
    }

    private static async Task<IResult> Unmask(
        Asking asking, long failureId, UnmaskDocument document, HttpContext context, EditDesk edits, CancellationToken cancellationToken)
    {
        context.Response.Headers.CacheControl = "no-store";
        return Results.Ok(new { body = await edits.Body(asking.Who, failureId, document.Reason, cancellationToken) });
    }

    private static async Task<IResult> Edit(
        Asking asking, long failureId, EditDocument document, EditDesk edits, CancellationToken cancellationToken)
    {
        var wish = new EditWish(failureId, document.Patch.ToJsonString(), document.Reason) { Endpoint = document.Endpoint };
        var edited = await edits.Edit(asking.Who, wish, cancellationToken);
        return Results.Json(edited, statusCode: StatusCodes.Status202Accepted);
    }

    private static async Task<IResult> Retry(
        Asking asking, long failureId, RetryDocument document, FailureDesk desk, CancellationToken cancellationToken)
    {
        await desk.RetryAt(asking.Who, failureId, document.At, cancellationToken);
        return Results.Ok((await desk.Show(asking.Who, failureId, cancellationToken)).Line);
    }

    private static async Task<IResult> Discard(
        Asking asking, DiscardDocument document, FailureDesk desk, ProblemResults problems, CancellationToken cancellationToken) =>
        document.Failures.Count is < 1 or > Most
            ? problems.Of(ProblemCodes.Invalid, $"Between 1 and {Most} failures.")
            : Results.Ok(new { discarded = await desk.Discard(asking.Who, document.Failures, document.Reason, cancellationToken) });

    private static async Task<IResult> Schedule(Asking asking, FailureDesk desk, CancellationToken cancellationToken) =>
        Results.Ok(View(await desk.Schedule(asking.Who, cancellationToken)));

    private static async Task<IResult> SetSchedule(
        Asking asking, ScheduleDocument document, FailureDesk desk, CancellationToken cancellationToken) =>
        Results.Ok(View(await desk.SetSchedule(
            asking.Who, [.. document.Pauses.Select(pause => TimeSpan.FromSeconds(pause))], cancellationToken)));

    private static object View(IReadOnlyList<RetryStep> steps) => new
    {
        items = steps.Select(step => new { step.Number, seconds = (long)step.Pause.TotalSeconds }),
    };
}

/// <summary>What a list of failures is filtered by, as query parameters.</summary>
internal sealed record FailureQuery(
    long? Group, string? Endpoint, string? Message, string? Exception, string? Partner, string? Code, string? Division,
    DateTimeOffset? Since, DateTimeOffset? Until, string? State)
{
    public FailureFilterBy Filter() => new()
    {
        GroupId = Group,
        Endpoint = Endpoint,
        MessageType = Message,
        ExceptionType = Exception,
        Partner = Partner,
        ProblemCode = Code,
        Division = Division,
        Since = Since,
        Until = Until,
        State = State ?? FailureState.Open,
    };
}
