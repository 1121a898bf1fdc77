using System.Text.Json;
using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Contracts.Messages;
using IntegrationHub.Referrals;

namespace IntegrationHub.Pipeline;

/// <summary>
/// What happened to consents, for the hub's own ears (contracts/events/consent.*): codes and references, never whose it
/// is. The id follows from what is told, so that telling it again is the same event.
/// </summary>
internal static class ConsentEvents
{
    // Few enough for one message to stay small: a first load may bring thousands.
    private const int MostInOne = 500;

    /// <summary>The messages that tell these events.</summary>
    public static IReadOnlyList<object> Messages(IReadOnlyList<HubEvent> events) =>
        [.. events.Chunk(MostInOne).Select(some => new EventsRecorded { Events = some })];

    /// <summary>The event as it came, or as what it turned out to be: a contradiction makes a consent invalid.</summary>
    public static HubEvent Of(ConsentEvent told, bool isContradiction, DateTimeOffset at)
    {
        var type = isContradiction ? ConsentEventType.Invalidated : told.Type;
        return new HubEvent
        {
            EventId = DerivedId.Of(Guid.Empty, $"consent|{told.ConsentId}|{told.Sequence}|{type}"),
            Type = NameOf(type),
            Subject = told.ConsentId,
            Time = at,
            Data = type is ConsentEventType.Given or ConsentEventType.Narrowed or ConsentEventType.Renewed
                ? ScopeOf(told)
                : JsonSerializer.Serialize(
                    new { consentId = told.ConsentId, sequence = told.Sequence, effectiveAt = told.EffectiveAt },
                    JsonSerializerOptions.Web),
        };
    }

    private static string ScopeOf(ConsentEvent told) => JsonSerializer.Serialize(
        new
        {
            consentId = told.ConsentId,
            sequence = told.Sequence,
            purposes = told.Purposes,
            items = told.Items,
            recipientClass = told.RecipientClass,
            recipients = told.Recipients,
            actions = told.Actions,
            validFrom = told.ValidFrom,
            validTo = told.ValidTo,
            effectiveAt = told.EffectiveAt,
        },
        JsonSerializerOptions.Web);

    private static string NameOf(ConsentEventType type) => type switch
    {
        ConsentEventType.Given => "consent.given",
        ConsentEventType.Narrowed => "consent.narrowed",
        ConsentEventType.Renewed => "consent.renewed",
        ConsentEventType.Withdrawn => "consent.withdrawn",
        ConsentEventType.Expired => "consent.expired",
        ConsentEventType.GuardianLapsed => "consent.guardian-lapsed",
        _ => "consent.invalidated",
    };
}
