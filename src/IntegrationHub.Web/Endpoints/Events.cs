using System.Globalization;
using System.Text;
using IntegrationHub.Contracts;
using IntegrationHub.Subscriptions;
using IntegrationHub.Web.Access;
using IntegrationHub.Web.Problems;

namespace IntegrationHub.Web.Endpoints;

/// <summary>
/// The feed: the same events as by webhook, fetched by cursor with a long poll or as server-sent events, for systems that
/// cannot be reached from outside.
/// </summary>
internal static class Events
{
    private const int Usual = 100;
    private const int Most = 500;
    private const int LongestWait = 60;
    private const string Stream = "text/event-stream";

    // A reader comes back with a fresh look at its key, its subscription and the door's own restarts.
    private static readonly TimeSpan LongestStream = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    public static void MapEvents(this IEndpointRouteBuilder api) =>
        api.MapGroup("/events").LimitCalls().MapGet("", Read);

    private static async Task<IResult> Read(
        SignedIn who, string? subscription, string? after, int? wait, int? limit, HttpContext context, EventFeed feed,
        FeedBell bell, WaitingReaders readers, ProblemResults problems, CancellationToken cancellationToken)
    {
        if (limit is < 1 or > Most || wait is < 0 or > LongestWait)
            return problems.Of(ProblemCodes.Invalid, $"The limit is between 1 and {Most}, the wait between 0 and {LongestWait}.");
        if (!TryRead(after ?? context.Request.Headers["Last-Event-ID"].FirstOrDefault(), out var cursor))
            return problems.Of("cursor.invalid");
        var id = subscription is null ? (Guid?)null : Guid.TryParse(subscription, out var named) ? named : Guid.Empty;
        var meant = await feed.Find(who.Caller.Uscc, id, cancellationToken);
        if (cursor > meant.LastSequence)
            return problems.Of("cursor.invalid");
        if (cursor is { } taken)
            await feed.Take(meant, taken, cancellationToken);
        var from = cursor ?? await feed.TakenUpTo(meant.SubscriptionId, cancellationToken);
        var isStream = context.Request.Headers.Accept.Any(
            accept => accept?.Contains(Stream, StringComparison.OrdinalIgnoreCase) == true);

        using var place = isStream || wait > 0 ? readers.Sit(who.Caller.Uscc) : null;
        if (place?.IsAcquired == false)
        {
            context.Response.Headers.RetryAfter = "5";
            return problems.Of("rate.limited", "As many readers of the organisation wait as may.");
        }

        if (isStream)
        {
            await Pour(context, feed, bell, meant, from, cancellationToken);
            return Results.Empty;
        }

        var page = await feed.Read(meant, from, limit ?? Usual, cancellationToken);
        if (page.Events.Count == 0 && wait > 0
            && await bell.Wait(meant.SubscriptionId, from, TimeSpan.FromSeconds(wait.Value), cancellationToken))
            page = await feed.Read(meant, from, limit ?? Usual, cancellationToken);
        context.Response.Headers.CacheControl = "no-store";
        return Results.Text(Document(page), "application/json", Encoding.UTF8);
    }

    // The events are documents already; taking them apart to write them again could only change them.
    private static string Document(FeedPage page) => string.Create(
        CultureInfo.InvariantCulture,
        $$"""{"items":[{{string.Join(',', page.Events.Select(one => one.Body))}}],"next":"{{page.Cursor}}"}""");

    private static async Task Pour(
        HttpContext context, EventFeed feed, FeedBell bell, SubscriptionSummary subscription, long from,
        CancellationToken cancellationToken)
    {
        var first = await feed.Read(subscription, from, Usual, cancellationToken); // a refusal comes before the stream
        context.Response.ContentType = Stream;
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers["X-Accel-Buffering"] = "no";
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        end.CancelAfter(LongestStream);
        try
        {
            await context.Response.WriteAsync("retry: 3000\n\n", end.Token);
            for (var page = first; ; page = await feed.Read(subscription, page.Cursor, Usual, end.Token))
            {
                foreach (var one in page.Events)
                    await context.Response.WriteAsync($"id: {one.Sequence}\nevent: {one.Type}\ndata: {one.Body}\n\n", end.Token);
                await context.Response.Body.FlushAsync(end.Token);
                if (page.Events.Count > 0)
                    continue;
                if (!await bell.Wait(subscription.SubscriptionId, page.Cursor, Heartbeat, end.Token))
                    await context.Response.WriteAsync(": waiting\n\n", end.Token);
            }
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The reader left, or has read long enough and comes back.
        }
        catch (HubProblemException)
        {
            // What follows is no longer kept: the reader is told when it comes back.
        }
    }

    private static bool TryRead(string? text, out long? cursor)
    {
        cursor = null;
        if (string.IsNullOrEmpty(text))
            return true;
        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return false;
        cursor = number;
        return true;
    }
}
