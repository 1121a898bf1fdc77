namespace Mocks.CharityFederation;

/// <summary>One organisation's door to the hub: its address, its key, and the secret of its webhooks.</summary>
internal sealed class HubAccount(Uri root, string apiKey, byte[] secret)
{
    public Uri Root { get; } = root;

    public string ApiKey { get; } = apiKey;

    public byte[] Secret { get; } = secret;
}

/// <summary>The accounts in force; replaced as a whole.</summary>
internal sealed class HubLink
{
    private volatile IReadOnlyDictionary<string, HubAccount> _accounts = new Dictionary<string, HubAccount>();

    public IEnumerable<string> Organisations => _accounts.Keys;

    public HubAccount? For(string uscc) => _accounts.GetValueOrDefault(uscc);

    /// <summary>Puts the settings in force, or says which part of them is unusable.</summary>
    public string? Connect(HubSettings settings)
    {
        if (!Uri.TryCreate(settings.BaseUrl?.TrimEnd('/') + "/api/v1/", UriKind.Absolute, out var root)
            || root.Scheme is not ("http" or "https"))
            return "baseUrl";

        var accounts = new Dictionary<string, HubAccount>(StringComparer.Ordinal);
        foreach (var organisation in settings.Organisations ?? [])
        {
            if (string.IsNullOrEmpty(organisation.Uscc))
                return "uscc";
            if (string.IsNullOrEmpty(organisation.ApiKey))
                return "apiKey";
            if (StandardWebhook.TryReadSecret(organisation.WebhookSecret) is not { } secret)
                return "webhookSecret";
            accounts[organisation.Uscc] = new HubAccount(root, organisation.ApiKey, secret);
        }

        _accounts = accounts;
        return null;
    }
}
