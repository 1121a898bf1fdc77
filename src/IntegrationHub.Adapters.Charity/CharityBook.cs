using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using IntegrationHub.Contracts;
using IntegrationHub.Partners;
using IntegrationHub.Reconciliation;
using Microsoft.Extensions.Options;
using Polly;

namespace IntegrationHub.Adapters.Charity;

/// <summary>The federation's own list of the aid it gave, read from the digest of its book (contracts/charity/openapi.yaml).</summary>
internal sealed class CharityBook(
    CharityClient client, HttpClient http, IOptions<CharityOptions> options, TimeProvider time) : IPartnerBook
{
    private const string Partner = "The charity federation";
    private readonly ResiliencePipeline _pull = PartnerPipelines.Create(TimeSpan.FromSeconds(60), time);

    public string Source => "charity";

    public BookRole Role => BookRole.Giver;

    public Task<IReadOnlyDictionary<string, string>> AidHashes(CancellationToken cancellationToken) =>
        Read<IReadOnlyDictionary<string, string>>(async () => await client.AidDigest(cancellationToken));

    /// <summary>Every page of the digest states the totals of the whole book; one line is enough to read them.</summary>
    public Task<BookTotals?> Totals(CancellationToken cancellationToken) =>
        Read<BookTotals?>(async () => await _pull.ExecuteAsync(async token => await TotalsOnce(token), cancellationToken));

    public Task<IReadOnlyList<BookNode>?> Nodes(IReadOnlyList<string> prefixes, CancellationToken cancellationToken) =>
        Read<IReadOnlyList<BookNode>?>(async () => await client.AidTree(prefixes, cancellationToken));

    public Task<IReadOnlyDictionary<string, string>> Lines(IReadOnlyList<string> prefixes, CancellationToken cancellationToken) =>
        Read<IReadOnlyDictionary<string, string>>(async () => await client.AidLines(prefixes, cancellationToken));

    private async Task<BookTotals> TotalsOnce(CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Get, new Uri(new Uri(options.Value.BaseUrl), "/api/aid-records/digest?limit=1"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", options.Value.ApiKey);
        using var response = await http.SendAsync(request, cancellationToken);
        PartnerPipelines.Judge(Partner, response, time);
        await using var content = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var page = await JsonDocument.ParseAsync(content, cancellationToken: cancellationToken);
        return new BookTotals(
            page.RootElement.GetProperty("count").GetInt64(),
            decimal.Parse(page.RootElement.GetProperty("sum").GetString() ?? "", CultureInfo.InvariantCulture));
    }

    private static async Task<T> Read<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (Exception failure) when (PartnerPipelines.IsUnreachable(failure))
        {
            throw PartnerPipelines.Unreachable(Partner, "Hub:Charity:BaseUrl", failure);
        }
        catch (Exception failure) when (
            failure is JsonException or KeyNotFoundException or FormatException or InvalidOperationException)
        {
            throw new HubProblemException(
                "partner.unreadable", "The charity federation's digest of its book is not what its contract says.",
                "Check the interface with the partner, then run the reconciliation again.", failure);
        }
    }
}
