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
        api.MapGet("/aid-records/tree", (AidBook book, string? under) =>
            Prefixes(under) is { } asked
                ? Results.Json(new { nodes = book.Tree(asked) }, Json.Options)
                : Problems.Of(400, "prefix.invalid", "A prefix is up to five hex digits."));
        api.MapGet("/aid-records/lines", (AidBook book, string? under) =>
            Prefixes(under) is { } asked
                ? Results.Json(new { items = book.Lines(asked) }, Json.Options)
                : Problems.Of(400, "prefix.invalid", "A prefix is up to five hex digits."));
        return api;
    }

    // "root" stands for the whole book, because an empty part of a list is easily lost.
    private static string[]? Prefixes(string? under)
    {
        var asked = (under ?? "").Split(',').Select(prefix => prefix == "root" ? "" : prefix == "" ? "?" : prefix).ToArray();
        return asked.Length <= 256 && asked.All(prefix => prefix.Length <= 5 && prefix.All(char.IsAsciiHexDigitLower)) ? asked : null;
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
