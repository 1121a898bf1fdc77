using System.Globalization;

namespace Mocks.CharityFederation;

/// <summary>GET /api/aid-records and /api/aid-records/digest.</summary>
internal static class AidBookEndpoints
{
    public static RouteGroupBuilder MapAidBook(this RouteGroupBuilder api)
    {
        api.MapGet("/aid-records", (AidBook book, string? since, int? limit) => Page(book, since, limit));
        api.MapGet("/aid-records/digest", (AidBook book, string? cursor, int? limit) =>
            Results.Json(book.Digest(cursor, Math.Clamp(limit ?? 500, 1, 1000)), Json.Options));
        return api;
    }

    private static IResult Page(AidBook book, string? since, int? limit)
    {
        var position = string.IsNullOrEmpty(since)
            ? 0
            : int.TryParse(since, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;
        // A cursor from beyond the book's end is from another life of it; an empty page would hide the loss.
        if (book.Since(position, Math.Clamp(limit ?? 500, 1, 1000)) is not { } page)
            return Problems.Of(400, "cursor.invalid", "This book has no such position.");

        var reached = page.Position.ToString(CultureInfo.InvariantCulture);
        return Results.Json(
            new { items = page.Items, next = page.IsEnd ? null : reached, position = reached },
            Json.Options);
    }
}
