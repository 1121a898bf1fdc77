namespace Mocks.CharityFederation;

/// <summary>Where the hub is and how each organisation speaks with it (PUT /_admin/hub).</summary>
internal sealed record HubSettings(string? BaseUrl, IReadOnlyList<HubSettings.Organisation>? Organisations)
{
    internal sealed record Organisation(string? Uscc, string? ApiKey, string? WebhookSecret)
    {
        // Never prints the key or the secret.
        public override string ToString() => Uscc ?? "";
    }
}
