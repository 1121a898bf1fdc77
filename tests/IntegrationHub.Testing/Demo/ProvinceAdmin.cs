using System.Text.Json;

namespace IntegrationHub.Testing.Demo;

/// <summary>The wheels behind the provincial platform's stage: its days and its faults.</summary>
public sealed class ProvinceAdmin(Uri baseAddress)
{
    // One for all worlds: what differs is the address.
    private static readonly HttpClient s_http = new() { Timeout = TimeSpan.FromMinutes(5) };

    /// <summary>Lets one day pass, which writes that day's files; the answer names them.</summary>
    public Task<JsonElement> PassDay(DateOnly date, CancellationToken cancellationToken) =>
        s_http.Expect(HttpMethod.Post, At("/_admin/day"), new { date }, cancellationToken);

    public Task<JsonElement> State(CancellationToken cancellationToken) =>
        s_http.Expect(HttpMethod.Get, At("/_admin/state"), body: null, cancellationToken);

    /// <summary>Sets faults by their contract names, for example <c>new { tornFile = "CY_410423" }</c>.</summary>
    public Task SetFaults(object faults, CancellationToken cancellationToken) =>
        s_http.Expect(HttpMethod.Put, At("/_admin/faults"), faults, cancellationToken);

    /// <summary>Every id number, name, phone and address the province has ever emitted.</summary>
    public async Task<IReadOnlyList<string>> Identities(CancellationToken cancellationToken) =>
        (await s_http.GetStringAsync(At("/_admin/identities"), cancellationToken))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private Uri At(string path) => new(baseAddress, path);
}
