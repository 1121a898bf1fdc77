using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using IntegrationHub.Partners;
using IntegrationHub.Reconciliation;
using Microsoft.Extensions.Options;
using Polly;

namespace IntegrationHub.Adapters.Charity;

/// <summary>Speaks the federation's API (contracts/charity/openapi.yaml): JSON pages behind a cursor.</summary>
internal sealed class CharityClient(HttpClient http, IOptions<CharityOptions> options, TimeProvider time)
{
    private const string Partner = "The charity federation";
    private const long LongestAnswer = 16 * 1024 * 1024;
    private readonly ResiliencePipeline _pull = PartnerPipelines.Create(TimeSpan.FromSeconds(120), time);

    public Task<JsonDocument> Organisations(string? cursor, CancellationToken cancellationToken) =>
        Get($"/api/organisations?limit={options.Value.PageSize}{Following("cursor", cursor)}", cancellationToken);

    public Task<JsonDocument> AidRecords(string? since, CancellationToken cancellationToken) =>
        Get($"/api/aid-records?limit={options.Value.PageSize}{Following("since", since)}", cancellationToken);

    /// <summary>The field hash of every aid record the federation holds (the record level of the reconciliation).</summary>
    public async Task<Dictionary<string, string>> AidDigest(CancellationToken cancellationToken)
    {
        var hashes = new Dictionary<string, string>();
        string? cursor = null;
        do
        {
            using var page = await Get(
                $"/api/aid-records/digest?limit={options.Value.PageSize}{Following("cursor", cursor)}", cancellationToken);
            foreach (var item in page.RootElement.GetProperty("items").EnumerateArray())
                hashes[item.GetProperty("aidId").GetString() ?? ""] = item.GetProperty("hash").GetString() ?? "";
            cursor = NextOf(page);
        }
        while (cursor is not null);
        return hashes;
    }

    /// <summary>Places of the tree over the federation's book; null where it offers none.</summary>
    public async Task<List<BookNode>?> AidTree(IReadOnlyList<string> prefixes, CancellationToken cancellationToken)
    {
        if (!options.Value.OffersTree)
            return null;
        using var page = await Get($"/api/aid-records/tree?under={Under(prefixes)}", cancellationToken);
        return
        [
            .. page.RootElement.GetProperty("nodes").EnumerateArray().Select(node => new BookNode(
                node.GetProperty("prefix").GetString() ?? "", node.GetProperty("count").GetInt64(),
                decimal.Parse(node.GetProperty("sum").GetString() ?? "", CultureInfo.InvariantCulture),
                node.GetProperty("hash").GetString() ?? "")),
        ];
    }

    /// <summary>The field hashes of the records under some places of the tree.</summary>
    public async Task<Dictionary<string, string>> AidLines(IReadOnlyList<string> prefixes, CancellationToken cancellationToken)
    {
        using var page = await Get($"/api/aid-records/lines?under={Under(prefixes)}", cancellationToken);
        return page.RootElement.GetProperty("items").EnumerateArray()
            .ToDictionary(item => item.GetProperty("aidId").GetString() ?? "", item => item.GetProperty("hash").GetString() ?? "");
    }

    private static string Under(IReadOnlyList<string> prefixes) => string.Join(',', prefixes.Select(prefix => prefix.Length == 0 ? "root" : prefix));

    public static string? NextOf(JsonDocument page) =>
        page.RootElement.TryGetProperty("next", out var next) && next.ValueKind == JsonValueKind.String ? next.GetString() : null;

    private static string Following(string name, string? cursor) => cursor is null ? "" : $"&{name}={Uri.EscapeDataString(cursor)}";

    private async Task<JsonDocument> Get(string path, CancellationToken cancellationToken)
    {
        try
        {
            return await _pull.ExecuteAsync(async token => await GetOnce(path, token), cancellationToken);
        }
        catch (Exception failure) when (PartnerPipelines.IsUnreachable(failure) || failure is InvalidDataException)
        {
            throw PartnerPipelines.Unreachable(Partner, "Hub:Charity:BaseUrl", failure);
        }
    }

    private async Task<JsonDocument> GetOnce(string path, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(new Uri(options.Value.BaseUrl), path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", options.Value.ApiKey);
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        PartnerPipelines.Judge(Partner, response, time);
        if (response.Content.Headers.ContentLength > LongestAnswer)
            throw new InvalidDataException("The answer is longer than the limit.");
        await using var content = await response.Content.ReadAsStreamAsync(cancellationToken);
        try
        {
            return await JsonDocument.ParseAsync(content, cancellationToken: cancellationToken);
        }
        catch (JsonException)
        {
            throw new InvalidDataException("The answer is not JSON.");
        }
    }
}
