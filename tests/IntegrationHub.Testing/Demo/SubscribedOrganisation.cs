using System.Text.Json;

namespace IntegrationHub.Testing.Demo;

/// <summary>A charity organisation's two secrets, as <c>hub subscription add</c> shows them once.</summary>
public sealed record SubscribedOrganisation(string Uscc, string ApiKey, string WebhookSecret)
{
    internal static SubscribedOrganisation From(string uscc, JsonElement added) =>
        new(uscc, Text(added, "apiKey"), Text(added, "secret"));

    private static string Text(JsonElement added, string name) =>
        added.Get(name).GetString()
        ?? throw new InvalidOperationException($"`hub subscription add` gave no {name}.");
}
