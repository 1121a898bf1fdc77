using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using IntegrationHub.Contracts;
using IntegrationHub.Partners;
using IntegrationHub.Reconciliation;
using Microsoft.Extensions.Options;
using Polly;

namespace IntegrationHub.Adapters.Provincial;

/// <summary>A page of the "+OK" API: raw rows as JSON objects of strings.</summary>
internal sealed record ProvincialPage(string Date, long Total, IReadOnlyList<JsonElement> Rows);

/// <summary>
/// Speaks the platform's dialect (contracts/provincial/openapi.yaml): success is <c>status: "+OK"</c> in the body whatever
/// the HTTP status says, numbers are strings, an expired key answers 200 with a login page (D11).
/// </summary>
internal sealed class ProvincialClient(HttpClient http, IOptions<ProvincialOptions> options, TimeProvider time)
{
    private const string Partner = "The provincial platform";
    private const long LongestAnswer = 16 * 1024 * 1024;
    private readonly ResiliencePipeline _pull = PartnerPipelines.Create(TimeSpan.FromSeconds(120), time);
    private readonly ResiliencePipeline _push = PartnerPipelines.Create(TimeSpan.FromSeconds(90), time);

    public async Task<ProvincialPage> Query(
        string type, string county, DateOnly day, int page, CancellationToken cancellationToken)
    {
        var body = new Dictionary<string, string>
        {
            ["type"] = type,
            ["date"] = day.ToString("yyyyMMdd"),
            ["div"] = county,
            ["pageNo"] = $"{page}",
            ["pageSize"] = $"{options.Value.PageSize}",
        };
        using var answer = await Call(_pull, "/api/dsr/query", body, null, cancellationToken);
        try
        {
            return ReadPage(answer.RootElement);
        }
        catch (Exception failure) when (failure is KeyNotFoundException or FormatException or OverflowException or InvalidOperationException)
        {
            throw Unreadable(failure);
        }
    }

    private static ProvincialPage ReadPage(JsonElement root) => new(
        root.GetProperty("date").GetString() ?? "",
        long.Parse(root.GetProperty("total").GetString() ?? "", System.Globalization.CultureInfo.InvariantCulture),
        [.. root.GetProperty("rows").EnumerateArray().Select(row => row.Clone())]);

    public async Task Push(string path, JsonObject body, Guid idempotencyKey, CancellationToken cancellationToken)
    {
        using var answer = await Call(_push, path, body, idempotencyKey, cancellationToken);
    }

    /// <summary>How many aids the platform has been told of, and their sum.</summary>
    public async Task<(long Count, decimal Sum)> AidSummary(CancellationToken cancellationToken)
    {
        using var answer = await Call(_pull, "/api/dsr/charity-aid/summary", new JsonObject(), null, cancellationToken);
        return (
            long.Parse(answer.RootElement.GetProperty("count").GetString() ?? "", System.Globalization.CultureInfo.InvariantCulture),
            decimal.Parse(answer.RootElement.GetProperty("sum").GetString() ?? "", System.Globalization.CultureInfo.InvariantCulture));
    }

    /// <summary>The field hash of every aid the platform has been told of.</summary>
    public async Task<Dictionary<string, string>> AidDigest(CancellationToken cancellationToken)
    {
        var hashes = new Dictionary<string, string>();
        for (var page = 1; ; page++)
        {
            var body = new JsonObject { ["pageNo"] = $"{page}", ["pageSize"] = $"{options.Value.PageSize}" };
            using var answer = await Call(_pull, "/api/dsr/charity-aid/digest", body, null, cancellationToken);
            var rows = answer.RootElement.GetProperty("rows");
            foreach (var row in rows.EnumerateArray())
                hashes[row.GetProperty("aidId").GetString() ?? ""] = row.GetProperty("hash").GetString() ?? "";
            if (rows.GetArrayLength() < options.Value.PageSize)
                return hashes;
        }
    }

    /// <summary>Places of the tree over what the platform was told; null where it offers none.</summary>
    public async Task<List<BookNode>?> AidTree(IReadOnlyList<string> prefixes, CancellationToken cancellationToken)
    {
        if (!options.Value.OffersTree)
            return null;
        using var answer = await Call(_pull, "/api/dsr/charity-aid/tree", Under(prefixes), null, cancellationToken);
        return
        [
            .. answer.RootElement.GetProperty("nodes").EnumerateArray().Select(node => new BookNode(
                node.GetProperty("prefix").GetString() ?? "",
                long.Parse(node.GetProperty("count").GetString() ?? "", System.Globalization.CultureInfo.InvariantCulture),
                decimal.Parse(node.GetProperty("sum").GetString() ?? "", System.Globalization.CultureInfo.InvariantCulture),
                node.GetProperty("hash").GetString() ?? "")),
        ];
    }

    /// <summary>The field hashes of the aid under some places of the tree.</summary>
    public async Task<Dictionary<string, string>> AidLines(IReadOnlyList<string> prefixes, CancellationToken cancellationToken)
    {
        using var answer = await Call(_pull, "/api/dsr/charity-aid/lines", Under(prefixes), null, cancellationToken);
        return answer.RootElement.GetProperty("rows").EnumerateArray()
            .ToDictionary(row => row.GetProperty("aidId").GetString() ?? "", row => row.GetProperty("hash").GetString() ?? "");
    }

    private static JsonObject Under(IReadOnlyList<string> prefixes) => new()
    {
        ["prefixes"] = string.Join(',', prefixes.Select(prefix => prefix.Length == 0 ? "root" : prefix)),
    };

    private async Task<JsonDocument> Call<T>(
        ResiliencePipeline pipeline, string path, T body, Guid? idempotencyKey, CancellationToken cancellationToken)
    {
        try
        {
            return await pipeline.ExecuteAsync(
                async token => await CallOnce(path, body, idempotencyKey, token), cancellationToken);
        }
        catch (InvalidDataException failure)
        {
            throw Unreadable(failure);
        }
        catch (Exception failure) when (PartnerPipelines.IsUnreachable(failure))
        {
            throw PartnerPipelines.Unreachable(Partner, "Hub:Provincial:BaseUrl", failure);
        }
    }

    private static HubProblemException Unreadable(Exception cause) => new(
        "partner.unreadable", $"{Partner} answered, but not what its contract says. An expired key answers with a login page.",
        "Check the interface key, then the interface with the partner, and run the sync again.", cause);

    private async Task<JsonDocument> CallOnce<T>(string path, T body, Guid? idempotencyKey, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(new Uri(options.Value.BaseUrl), path))
        {
            Content = JsonContent.Create(body),
        };
        request.Headers.Add("X-Api-Key", options.Value.ApiKey);
        if (idempotencyKey is { } key)
            request.Headers.Add("Idempotency-Key", key.ToString());
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        PartnerPipelines.Judge(Partner, response, time);
        return await Read(response, cancellationToken);
    }

    // An answer without a length may never end.
    private static async Task<ReadOnlyMemory<byte>> ReadBounded(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await using var content = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var kept = new MemoryStream();
        var block = new byte[64 * 1024];
        int read;
        while ((read = await content.ReadAsync(block, cancellationToken)) > 0)
        {
            kept.Write(block, 0, read);
            if (kept.Length > LongestAnswer)
                throw new InvalidDataException("The answer is longer than the limit.");
        }

        return kept.GetBuffer().AsMemory(0, (int)kept.Length);
    }

    private static async Task<JsonDocument> Read(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.Content.Headers.ContentLength > LongestAnswer)
            throw new InvalidDataException("The answer is longer than the limit.");
        JsonDocument answer;
        try
        {
            answer = JsonDocument.Parse(await ReadBounded(response, cancellationToken));
        }
        catch (JsonException)
        {
            throw new InvalidDataException("The answer is not JSON; a login page looks like that.");
        }

        if (answer.RootElement is { ValueKind: JsonValueKind.Object } root && root.TryGetProperty("status", out var status)
            && status.ValueKind == JsonValueKind.String && status.ValueEquals("+OK"))
        {
            return answer;
        }

        answer.Dispose();
        throw new InvalidDataException("The answer is not +OK.");
    }
}
