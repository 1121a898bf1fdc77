using System.Text.Json;
using IntegrationHub.Contracts.Messages;

namespace IntegrationHub.Failures;

/// <summary>
/// What a message is about, where later messages about the same must not overtake it: the referral, the aid record of each
/// of its events. Messages that only ask for work to be done are about nothing; they find out what is true when they come.
/// </summary>
internal static class MessageSubjects
{
    public static IReadOnlyCollection<string> Of(EventsRecorded message) =>
        [.. message.Events.Select(known => Of(known.Type, known.Subject)).Distinct()];

    // What takes something back, or tells of a consent, waits for nothing.
    private static readonly string[] s_urgent =
        ["recall.", "correction.", "consent.", "org.", "person.", "referral.withdrawn", "referral.cancelled"];

    /// <summary>True where one of its events must reach its readers whatever has failed before it.</summary>
    public static bool TakesBack(EventsRecorded message) =>
        message.Events.Any(told => s_urgent.Any(urgent => told.Type.StartsWith(urgent, StringComparison.Ordinal)));

    /// <summary>The subjects of an envelope as it lies on the bus; none where it cannot be read.</summary>
    public static IReadOnlyCollection<string> Of(byte[] envelope)
    {
        try
        {
            using var document = JsonDocument.Parse(envelope);
            return document.RootElement.TryGetProperty("message", out var message)
                && message.ValueKind == JsonValueKind.Object
                && message.TryGetProperty("events", out var events)
                && events.ValueKind == JsonValueKind.Array
                    ? [.. events.EnumerateArray().Select(Of).OfType<string>().Distinct()]
                    : [];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    private static string? Of(JsonElement told) =>
        told.ValueKind == JsonValueKind.Object
        && told.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String
        && told.TryGetProperty("subject", out var subject) && subject.ValueKind == JsonValueKind.String
            ? Of(type.GetString()!, subject.GetString()!) // both are strings
            : null;

    private static string Of(string type, string subject) => $"{type.Split('.')[0]}/{subject}";
}
