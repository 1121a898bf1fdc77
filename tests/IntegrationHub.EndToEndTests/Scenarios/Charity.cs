using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace IntegrationHub.EndToEndTests.Scenarios;

/// <summary>What the hub answered a charity's call.</summary>
internal sealed record HubAnswer(int Status, string Body)
{
    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    /// <summary>The problem code of a refusal.</summary>
    public string? Code => Json.GetProperty("code").GetString();
}

/// <summary>A charity's own system: calls the hub with one API key.</summary>
internal sealed class Charity(Uri hub, string uscc, string apiKey) : IDisposable
{
    private readonly HttpClient _http = new()
    {
        BaseAddress = hub,
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", apiKey) },
    };

    public string Uscc => uscc;

    public Task<HubAnswer> Accept(Guid referral, int attempt = 1) => Post(referral, "accept", new { attempt });

    public Task<HubAnswer> Decline(Guid referral, int attempt = 1) => Post(referral, "decline", new { attempt, reason = "FUNDS" });

    public Task<HubAnswer> Claim(Guid referral, int attempt = 1) => Post(referral, "claim", new { attempt });

    /// <summary>Reports five hundred yuan paid under a referral.</summary>
    public async Task<HubAnswer> ReportAid(Guid referral, string number, DateOnly date)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/aid-records")
        {
            Headers = { { "Idempotency-Key", number } },
            Content = JsonContent.Create(new
            {
                aidId = $"{uscc}-{number}",
                version = 1,
                uscc,
                referralId = referral,
                kind = "ZJ",
                form = "CASH",
                amount = "500.00",
                date,
                funding = "CHARITY_GENERAL",
                status = "PAID",
            }),
        };
        return await Answer(await _http.SendAsync(request, TestContext.Current.CancellationToken));
    }

    /// <summary>Tells civil affairs of someone it found in need of help with the home.</summary>
    public async Task<HubAnswer> Report(Applicant person, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/reverse-referrals")
        {
            Headers = { { "Idempotency-Key", $"{key}-{person.Number}" } },
            Content = JsonContent.Create(new
            {
                kind = "NOTIFY",
                discoveryChannel = "HOME_VISIT",
                basis = "CONSENT",
                basisEvidence = Applicant.Digest(key),
                kindOfNeed = "ZJ",
                division = $"{person.County}101",
                person = new { name = person.Name, idNo = person.IdNo },
            }),
        };
        return await Answer(await _http.SendAsync(request, TestContext.Current.CancellationToken));
    }

    public async Task<HubAnswer> Get(string path) =>
        await Answer(await _http.GetAsync(path, TestContext.Current.CancellationToken));

    public async Task<HubAnswer> Post(string path, object body) =>
        await Answer(await _http.PostAsJsonAsync(path, body, TestContext.Current.CancellationToken));

    public void Dispose() => _http.Dispose();

    private Task<HubAnswer> Post(Guid referral, string step, object body) => Post($"/api/v1/referrals/{referral}/{step}", body);

    private static async Task<HubAnswer> Answer(HttpResponseMessage response)
    {
        using (response)
            return new HubAnswer((int)response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
