using System.Globalization;
using System.Net.Mime;
using System.Text;
using System.Text.Json;
using CloudNative.CloudEvents;
using CloudNative.CloudEvents.SystemTextJson;
using IntegrationHub.Contracts.Messages;

namespace IntegrationHub.Subscriptions;

/// <summary>
/// Writes an event as a subscriber gets it: CloudEvents 1.0, structured JSON, numbered per subscriber.
/// </summary>
internal static class EventEnvelope
{
    public const string ContentType = "application/cloudevents+json";

    private static readonly CloudEventAttribute Sequence =
        CloudEventAttribute.CreateExtension("sequence", CloudEventAttributeType.String);

    private static readonly Uri Source = new("/integration-hub", UriKind.Relative);
    private static readonly JsonEventFormatter Formatter = new();

    public static string Write(HubEvent happened, long sequence)
    {
        using var data = JsonDocument.Parse(happened.Data);
        var envelope = new CloudEvent([Sequence])
        {
            Id = happened.EventId.ToString(),
            Type = $"cn.integrationhub.{happened.Type}.v1",
            Source = Source,
            Subject = happened.Subject,
            Time = happened.Time,
            DataContentType = MediaTypeNames.Application.Json,
            Data = data.RootElement,
        };
        envelope[Sequence] = sequence.ToString(CultureInfo.InvariantCulture);
        return Encoding.UTF8.GetString(Formatter.EncodeStructuredModeMessage(envelope, out _).Span);
    }
}
