using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Mocks.CharityFederation;

/// <summary>The federation's directory of organisations, served page by page in the order of their codes.</summary>
internal sealed class Directory(IOptions<FederationOptions> options)
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, Organisation> _organisations = new(
        DirectoryFile.Read(options.Value.Organisations).ToDictionary(organisation => organisation.Uscc),
        StringComparer.Ordinal);

    public (IReadOnlyList<Organisation> Items, string? Next) Page(string? cursor, int limit)
    {
        lock (_gate)
        {
            var found = _organisations.Values
                .Where(organisation => string.CompareOrdinal(organisation.Uscc, cursor) > 0)
                .Take(limit + 1)
                .ToList();
            var items = found.Take(limit).ToList();
            return (items, found.Count > limit ? items[^1].Uscc : null);
        }
    }

    /// <summary>Gives the organisation a status and, if that is new, the next version; null if it is unknown.</summary>
    public Organisation? Change(string uscc, string status)
    {
        lock (_gate)
        {
            if (!_organisations.TryGetValue(uscc, out var known))
                return null;
            return _organisations[uscc] = known.Status == status
                ? known
                : known with { Status = status, Version = known.Version + 1 };
        }
    }
}

/// <summary>GET /api/organisations.</summary>
internal static class DirectoryEndpoints
{
    public static RouteGroupBuilder MapDirectory(this RouteGroupBuilder api)
    {
        api.MapGet("/organisations", (Directory directory, string? cursor, int? limit) =>
        {
            var (items, next) = directory.Page(cursor, Math.Clamp(limit ?? 200, 1, 1000));
            var body = JsonSerializer.SerializeToUtf8Bytes(new { items, next }, Json.Options);
            var tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(body))[..32]}\"");
            // Answers 304 by itself when If-None-Match carries this tag.
            return Results.Bytes(body, "application/json; charset=utf-8", entityTag: tag);
        });
        return api;
    }
}
