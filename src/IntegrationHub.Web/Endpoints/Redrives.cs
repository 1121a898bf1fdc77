using IntegrationHub.Failures;
using IntegrationHub.Pipeline.Redrive;
using IntegrationHub.Web.Access;
using IntegrationHub.Web.Problems;
using Microsoft.AspNetCore.Mvc;

namespace IntegrationHub.Web.Endpoints;

/// <summary>What is to be sent again, how carefully and why.</summary>
internal sealed record RedriveDocument
{
    public required string Reason { get; init; }
    public long? Group { get; init; }
    public string? Endpoint { get; init; }
    public string? Message { get; init; }
    public string? Exception { get; init; }
    public string? Partner { get; init; }
    public string? Code { get; init; }
    public string? Division { get; init; }
    public DateTimeOffset? Since { get; init; }
    public DateTimeOffset? Until { get; init; }
    public IReadOnlyList<long>? Failures { get; init; }
    public int Canary { get; init; }
    public bool WaitsAfterCanary { get; init; }
    public int Rate { get; init; } = 500;
    public int RampSeconds { get; init; }
    public double StopRatio { get; init; } = 0.1;

    public RedriveWish Wish() => new()
    {
        Filter = new FailureFilterBy
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
            FailureIds = Failures,
        },
        Reason = Reason,
        Canary = Canary,
        WaitsAfterCanary = WaitsAfterCanary,
        Rate = Rate,
        RampSeconds = RampSeconds,
        StopRatio = StopRatio,
    };
}

/// <summary>What may be sent again, and above which size a second person is asked.</summary>
internal sealed record PolicyDocument
{
    public required string Kind { get; init; }
    public required string Name { get; init; }
    public required string Rule { get; init; }
    public int? ApprovalAbove { get; init; }
    public required string Reason { get; init; }
}

/// <summary>Failed messages being sent again: the same functions as <c>hub redrive</c>.</summary>
internal static class Redrives
{
    private const int Usual = 50;
    private const int Most = 1_000;

    public static void MapRedrives(this IEndpointRouteBuilder ops)
    {
        ops.MapPost("/redrives", Make);
        ops.MapGet("/redrives", List);
        ops.MapGet("/redrives/{redriveId:guid}", Show);
        ops.MapGet("/redrives/{redriveId:guid}/items", Items);
        foreach (var order in Enum.GetValues<RedriveOrder>())
        {
            ops.MapPost($"/redrives/{{redriveId:guid}}/{order.ToString().ToLowerInvariant()}", (
                Asking asking, Guid redriveId, [FromHeader(Name = "If-Match")] string? ifMatch, HttpContext context, RedriveDesk desk,
                ProblemResults problems, CancellationToken cancellationToken) =>
                Order(asking, redriveId, order, ifMatch, context, desk, problems, cancellationToken));
        }

        ops.MapGet("/redrive-policies", Policies);
        ops.MapPut("/redrive-policies", SetPolicy);
    }

    // The preview is made here: what it found is the answer. Nothing is sent before a start.
    private static async Task<IResult> Make(
        Asking asking, RedriveDocument document, HttpContext context, RedriveDesk desk, CancellationToken cancellationToken)
    {
        var sheet = await desk.Preview(asking.Who, document.Wish(), null, cancellationToken);
        context.Response.Headers.ETag = VersionTag.Of(sheet.Operation.Version);
        return Results.Created($"/ops/v1/redrives/{sheet.Operation.OperationId}", View(sheet));
    }

    private static async Task<IResult> List(
        Asking asking, string? state, Guid? before, int? limit, RedriveDesk desk, ProblemResults problems,
        CancellationToken cancellationToken)
    {
        if (limit is < 1 or > Most)
            return problems.Of(ProblemCodes.Invalid, $"The limit is between 1 and {Most}.");
        var operations = await desk.List(asking.Who, state, before, limit ?? Usual, cancellationToken);
        return Results.Ok(new
        {
            items = operations,
            next = operations.Count == (limit ?? Usual) ? operations[^1].OperationId : (Guid?)null,
        });
    }

    private static async Task<IResult> Show(
        Asking asking, Guid redriveId, HttpContext context, RedriveDesk desk, CancellationToken cancellationToken)
    {
        var sheet = await desk.Show(asking.Who, redriveId, cancellationToken);
        context.Response.Headers.ETag = VersionTag.Of(sheet.Operation.Version);
        return Results.Ok(View(sheet));
    }

    private static async Task<IResult> Items(
        Asking asking, Guid redriveId, string? state, int? after, int? limit, RedriveDesk desk, ProblemResults problems,
        CancellationToken cancellationToken)
    {
        if (limit is < 1 or > Most)
            return problems.Of(ProblemCodes.Invalid, $"The limit is between 1 and {Most}.");
        var items = await desk.Items(asking.Who, redriveId, state, after ?? 0, limit ?? Usual, cancellationToken);
        return Results.Ok(new { items, next = items.Count == (limit ?? Usual) ? items[^1].Number : (int?)null });
    }

    private static async Task<IResult> Order(
        Asking asking, Guid redriveId, RedriveOrder order, string? ifMatch, HttpContext context, RedriveDesk desk,
        ProblemResults problems, CancellationToken cancellationToken)
    {
        if (!VersionTag.TryRead(ifMatch, out var expected))
            return problems.Of(ProblemCodes.Invalid, "If-Match is a version this API gave.");
        var sheet = await desk.Order(asking.Who, redriveId, order, expected, cancellationToken);
        context.Response.Headers.ETag = VersionTag.Of(sheet.Operation.Version);
        return Results.Ok(View(sheet));
    }

    private static async Task<IResult> Policies(Asking asking, RedriveDesk desk, CancellationToken cancellationToken) =>
        Results.Ok(new { items = await desk.Policies(asking.Who, cancellationToken) });

    private static async Task<IResult> SetPolicy(
        Asking asking, PolicyDocument document, RedriveDesk desk, CancellationToken cancellationToken)
    {
        var policy = new RedrivePolicy(document.Kind, document.Name, document.Rule, document.ApprovalAbove);
        await desk.SetPolicy(asking.Who, policy, document.Reason, cancellationToken);
        return Results.Ok(new { items = await desk.Policies(asking.Who, cancellationToken) });
    }

    private static object View(RedriveSheet sheet) => new { redrive = sheet.Operation, verdicts = sheet.Verdicts };
}
