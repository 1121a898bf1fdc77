using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using IntegrationHub.Pipeline;
using IntegrationHub.Web.Problems;

namespace IntegrationHub.Web.Endpoints;

/// <summary>What somebody does about a difference, and why.</summary>
internal sealed record ResolutionDocument
{
    public required string Action { get; init; }
    public required string By { get; init; }
    public required string Reason { get; init; }
}

/// <summary>Differences between the books and alerts about aid, for administrators: the same functions that the CLI calls.</summary>
internal static class Differences
{
    private const int Usual = 100;
    private const int Most = 500;

    public static void MapDifferences(this IEndpointRouteBuilder ops)
    {
        ops.MapGet("/differences", List);
        ops.MapGet("/differences/{id:guid}", Show);
        ops.MapPost("/differences/{id:guid}/resolve", Resolve);
        ops.MapGet("/alerts", Alerts);
        ops.MapPost("/alerts/{id:guid}/ack", Acknowledge);
    }

    private static async Task<IResult> List(
        HttpContext context, string? state, string? owner, string? @class, string? after, int? limit, DifferenceDesk desk,
        ProblemResults problems, CancellationToken cancellationToken)
    {
        if (limit is < 1 or > Most)
            return problems.Of(ProblemCodes.Invalid, $"The limit is between 1 and {Most}.");
        if (PlaceOf(after) is not { } place)
            return problems.Of("cursor.invalid");
        var page = await desk.Page(state, owner, @class, place, limit ?? Usual, cancellationToken);
        var next = page.Count == (limit ?? Usual) ? CursorOf(page[^1].FirstSeenAt, page[^1].DifferenceId) : null;
        return Tagged(context, new { items = page, next });
    }

    private static async Task<IResult> Show(
        HttpContext context, Guid id, DifferenceDesk desk, CancellationToken cancellationToken)
    {
        var (difference, steps) = await desk.Show(id, cancellationToken);
        return Tagged(context, new { difference, steps });
    }

    private static async Task<IResult> Resolve(
        Guid id, ResolutionDocument document, DifferenceDesk desk, CancellationToken cancellationToken) =>
        Results.Ok(await desk.Resolve(id, document.Action, document.By, document.Reason, cancellationToken));

    private static async Task<IResult> Alerts(
        HttpContext context, string? state, string? type, string? after, int? limit, AidDesk desk, ProblemResults problems,
        CancellationToken cancellationToken)
    {
        if (limit is < 1 or > Most)
            return problems.Of(ProblemCodes.Invalid, $"The limit is between 1 and {Most}.");
        if (PlaceOf(after) is not { } place)
            return problems.Of("cursor.invalid");
        var page = await desk.Alerts(state, type, place, limit ?? Usual, cancellationToken);
        var next = page.Count == (limit ?? Usual) ? CursorOf(page[^1].OpenedAt, page[^1].Alert.AlertId) : null;
        return Tagged(context, new
        {
            items = page.Select(one => new
            {
                one.Alert.AlertId,
                one.Alert.Type,
                one.Alert.Code,
                one.Alert.NeedId,
                one.Alert.Kind,
                records = one.Alert.Records.Select(record => new { source = record.Source, recordId = record.Id }),
                one.Alert.Excess,
                one.Alert.Band,
                one.State,
                one.OpenedAt,
                one.ChangedAt,
                one.CloseReason,
                one.PolicyVersion,
                one.AcknowledgedBy,
            }),
            next,
        });
    }

    private static async Task<IResult> Acknowledge(
        Guid id, ResolutionDocument document, AidDesk desk, CancellationToken cancellationToken)
    {
        await desk.Acknowledge(id, $"operator:{document.By}", null, document.Reason, cancellationToken);
        return Results.Ok(new { alertId = id, acknowledged = true });
    }

    // What has not changed is not sent again.
    private static IResult Tagged(HttpContext context, object body)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(body, JsonSerializerOptions.Web);
        var tag = $"\"{Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 16))}\"";
        context.Response.Headers.ETag = tag;
        return context.Request.Headers.IfNoneMatch.Contains(tag)
            ? Results.StatusCode(StatusCodes.Status304NotModified)
            : Results.Bytes(bytes, "application/json");
    }

    private static string CursorOf(DateTimeOffset at, Guid id) =>
        string.Create(CultureInfo.InvariantCulture, $"{at.UtcTicks}.{id:N}");

    private static (DateTimeOffset, Guid)? PlaceOf(string? cursor)
    {
        if (string.IsNullOrEmpty(cursor))
            return (DateTimeOffset.UnixEpoch, Guid.Empty);
        var dot = cursor.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && long.TryParse(cursor.AsSpan(0, dot), NumberStyles.None, CultureInfo.InvariantCulture, out var ticks)
            && ticks <= DateTimeOffset.MaxValue.Ticks && Guid.TryParseExact(cursor.AsSpan(dot + 1), "N", out var id)
            ? (new DateTimeOffset(ticks, TimeSpan.Zero), id)
            : null;
    }
}
