using IntegrationHub.Contracts;
using IntegrationHub.Subscriptions;
using IntegrationHub.Web.Access;
using IntegrationHub.Web.Problems;
using Microsoft.AspNetCore.Mvc;

namespace IntegrationHub.Web.Endpoints;

/// <summary>How long the secret before still signs, after a new one was made.</summary>
internal sealed record RotationDocument
{
    public double OverlapHours { get; init; } = 24;
}

/// <summary>What an organisation does with its own subscriptions; the same functions that <c>hub subscription</c> calls.</summary>
internal static class Subscriptions
{
    private const int Usual = 100;
    private const int Most = 500;

    public static void MapSubscriptions(this IEndpointRouteBuilder api)
    {
        var subscriptions = api.MapGroup("/subscriptions").LimitCalls();
        subscriptions.MapGet("", List);
        subscriptions.MapPost("", Add);
        subscriptions.MapGet("/{subscriptionId}", Show);
        subscriptions.MapPatch("/{subscriptionId}", Update);
        subscriptions.MapPost("/{subscriptionId}/pause", Pause);
        subscriptions.MapPost("/{subscriptionId}/resume", Resume);
        subscriptions.MapPost("/{subscriptionId}/rotate", Rotate);
        subscriptions.MapPost("/{subscriptionId}/test", Test);
        subscriptions.MapPost("/{subscriptionId}/replay", Replay);
        subscriptions.MapGet("/{subscriptionId}/attempts", Attempts);
        subscriptions.MapGet("/{subscriptionId}/gaps", Gaps);
    }

    private static async Task<IResult> List(SignedIn who, SubscriptionDesk desk, CancellationToken cancellationToken) =>
        Results.Ok(new { items = await desk.List(By(who), cancellationToken) });

    private static async Task<IResult> Add(
        SignedIn who, SubscriptionWish wish, SubscriptionService service, SubscriptionDesk desk, HttpContext context,
        CancellationToken cancellationToken)
    {
        var added = await service.AddOwn(who.Caller.Uscc, wish, cancellationToken);
        var sheet = await desk.Show(By(who), added.SubscriptionId, cancellationToken);
        context.Response.Headers.ETag = VersionTag.Of(sheet.Subscription.Version);
        context.Response.Headers.CacheControl = "no-store"; // the only answer with the secret in it
        return Results.Created(
            $"/api/v1/subscriptions/{added.SubscriptionId}", new { sheet.Subscription, secret = added.Secret.Length > 0 ? added.Secret : null });
    }

    private static async Task<IResult> Show(
        SignedIn who, string subscriptionId, SubscriptionDesk desk, HttpContext context, CancellationToken cancellationToken)
    {
        var sheet = await desk.Show(By(who), Id(subscriptionId), cancellationToken);
        context.Response.Headers.ETag = VersionTag.Of(sheet.Subscription.Version);
        return Results.Ok(sheet);
    }

    private static async Task<IResult> Update(
        SignedIn who, string subscriptionId, [FromHeader(Name = "If-Match")] string? ifMatch, SubscriptionChange change,
        SubscriptionDesk desk, HttpContext context, CancellationToken cancellationToken)
    {
        var version = Version(ifMatch) ?? throw new HubProblemException(
            "subscription.version_missing", "A change says which version it is of.", "Send the ETag it was read with.");
        return Changed(context, await desk.Update(By(who), Id(subscriptionId), change, version, cancellationToken));
    }

    private static async Task<IResult> Pause(
        SignedIn who, string subscriptionId, [FromHeader(Name = "If-Match")] string? ifMatch, SubscriptionDesk desk,
        HttpContext context, CancellationToken cancellationToken) =>
        Changed(context, await desk.Pause(By(who), Id(subscriptionId), Version(ifMatch), cancellationToken));

    private static async Task<IResult> Resume(
        SignedIn who, string subscriptionId, [FromHeader(Name = "If-Match")] string? ifMatch, SubscriptionDesk desk,
        HttpContext context, CancellationToken cancellationToken) =>
        Changed(context, await desk.Resume(By(who), Id(subscriptionId), Version(ifMatch), cancellationToken));

    private static async Task<IResult> Rotate(
        SignedIn who, string subscriptionId, [FromHeader(Name = "If-Match")] string? ifMatch, RotationDocument? document,
        SubscriptionDesk desk, ProblemResults problems, HttpContext context, CancellationToken cancellationToken)
    {
        var hours = (document ?? new RotationDocument()).OverlapHours;
        if (hours is not (>= 0 and <= 168)) // what is no number neither
            return problems.Of(ProblemCodes.Invalid, "The overlap is between 0 and 168 hours.");
        var secret = await desk.Rotate(
            By(who), Id(subscriptionId), TimeSpan.FromHours(hours), Version(ifMatch), cancellationToken);
        context.Response.Headers.CacheControl = "no-store";
        return Results.Ok(secret);
    }

    private static async Task<IResult> Test(
        SignedIn who, string subscriptionId, SubscriptionDesk desk, CancellationToken cancellationToken) =>
        Results.Json(
            new { eventId = await desk.Test(By(who), Id(subscriptionId), cancellationToken) },
            statusCode: StatusCodes.Status202Accepted);

    private static async Task<IResult> Replay(
        SignedIn who, string subscriptionId, ReplayWindow window, SubscriptionDesk desk, CancellationToken cancellationToken) =>
        Results.Json(
            await desk.Replay(By(who), Id(subscriptionId), window, cancellationToken),
            statusCode: StatusCodes.Status202Accepted);

    private static async Task<IResult> Attempts(
        SignedIn who, string subscriptionId, long? sequence, long? before, int? limit, SubscriptionDesk desk,
        ProblemResults problems, CancellationToken cancellationToken)
    {
        if (limit is < 1 or > Most)
            return problems.Of(ProblemCodes.Invalid, $"The limit is between 1 and {Most}.");
        var items = await desk.Attempts(
            By(who), Id(subscriptionId), sequence, before, limit ?? Usual, cancellationToken);
        return Results.Ok(new { items, next = items.Count == (limit ?? Usual) ? items[^1].AttemptId : (long?)null });
    }

    private static async Task<IResult> Gaps(
        SignedIn who, string subscriptionId, SubscriptionDesk desk, CancellationToken cancellationToken) =>
        Results.Ok(await desk.Gaps(By(who), Id(subscriptionId), cancellationToken));

    private static IResult Changed(HttpContext context, SubscriptionSummary subscription)
    {
        context.Response.Headers.ETag = VersionTag.Of(subscription.Version);
        return Results.Ok(subscription);
    }

    private static SubscriptionActor By(SignedIn who) => SubscriptionActor.Of(who.Caller.Uscc);

    // What is no id is the id of nothing.
    private static Guid Id(string text) => Guid.TryParse(text, out var id) ? id : Guid.Empty;

    private static int? Version(string? ifMatch) => VersionTag.TryRead(ifMatch, out var version)
        ? version
        : throw new HubProblemException(ProblemCodes.Invalid, "If-Match is a version in quotes.", "Send the ETag as it came.");
}
