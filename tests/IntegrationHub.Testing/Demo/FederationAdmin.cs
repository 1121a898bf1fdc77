using System.Text.Json;

namespace IntegrationHub.Testing.Demo;

/// <summary>The wheels behind the charity federation's stage: whom it talks to, its date, its faults.</summary>
public sealed class FederationAdmin(Uri baseAddress)
{
    // One for all worlds: what differs is the address.
    private static readonly HttpClient s_http = new() { Timeout = TimeSpan.FromMinutes(5) };

    /// <summary>Tells the federation where the hub is and with which keys its organisations call it.</summary>
    public Task SetHub(
        Uri hub, IReadOnlyList<SubscribedOrganisation> organisations, CancellationToken cancellationToken) =>
        s_http.Expect(
            HttpMethod.Put,
            At("/_admin/hub"),
            new { baseUrl = hub.GetLeftPart(UriPartial.Authority), organisations },
            cancellationToken);

    /// <summary>The date of the aid given from now on.</summary>
    public Task SetDate(DateOnly date, CancellationToken cancellationToken) =>
        s_http.Expect(HttpMethod.Put, At("/_admin/date"), new { date }, cancellationToken);

    public Task<JsonElement> State(CancellationToken cancellationToken) =>
        s_http.Expect(HttpMethod.Get, At("/_admin/state"), body: null, cancellationToken);

    /// <summary>Sets faults by their contract names, for example <c>new { status500 = 3 }</c>.</summary>
    public Task SetFaults(object faults, CancellationToken cancellationToken) =>
        s_http.Expect(HttpMethod.Put, At("/_admin/faults"), faults, cancellationToken);

    /// <summary><c>hold</c>: accept, but claim nothing before the mode is <c>auto</c> again.</summary>
    public Task SetClaiming(string mode, CancellationToken cancellationToken) =>
        s_http.Expect(HttpMethod.Put, At("/_admin/mode"), new { claim = mode }, cancellationToken);

    private Uri At(string path) => new(baseAddress, path);
}
