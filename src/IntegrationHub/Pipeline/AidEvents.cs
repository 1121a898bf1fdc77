using System.Globalization;
using System.Text.Json;
using IntegrationHub.Aid;
using IntegrationHub.Contracts.Messages;
using IntegrationHub.Protection;

namespace IntegrationHub.Pipeline;

/// <summary>
/// Alerts as events: one for civil affairs with all there is, and one for each charity concerned, which names its own
/// records and no other's, and the band but not the excess (R06).
/// </summary>
internal static class AidEvents
{
    private const int UsccLength = 18;

    public static IEnumerable<HubEvent> Of(AidAlert alert, long step, Keyring keyring, DateTimeOffset now)
    {
        yield return To(null);
        var givers = alert.Records.Where(record => record.Side == AidSide.Charity).Select(GiverOf).Distinct().Order(StringComparer.Ordinal);
        foreach (var giver in givers)
            yield return To(giver);

        HubEvent To(string? recipient) => new()
        {
            EventId = keyring.Index("event", $"{alert.Type}|{alert.AlertId}|{step}|{recipient}"),
            Type = alert.Type,
            Subject = alert.AlertId.ToString(),
            Time = now,
            Recipient = recipient,
            Data = JsonSerializer.Serialize(DataFor(alert, recipient), JsonSerializerOptions.Web),
        };
    }

    /// <summary>The organisation a charity's record belongs to: its id begins with it.</summary>
    public static string GiverOf(AidRef record) => record.Id[..UsccLength];

    private static object DataFor(AidAlert alert, string? recipient) => alert.Type switch
    {
        AlertType.Duplicate => new { alertId = alert.AlertId, kind = alert.Kind, records = RecordsFor(alert, recipient) },
        AlertType.OverAid => new Dictionary<string, object?>
        {
            ["alertId"] = alert.AlertId,
            ["needId"] = recipient is null ? alert.NeedId : null,
            ["excess"] = recipient is null ? alert.Excess?.ToString("0.00", CultureInfo.InvariantCulture) : null,
            ["band"] = alert.Band ?? "unknown",
            ["cause"] = alert.Code,
            ["records"] = RecordsFor(alert, recipient),
        }.Where(member => member.Value is not null).ToDictionary(),
        _ => new { alertId = alert.AlertId, recordType = "charity-aid", records = RecordsFor(alert, recipient), code = alert.Code },
    };

    // Others' records have a name that says nothing: a charity is not to learn from us who else helps.
    private static IEnumerable<object> RecordsFor(AidAlert alert, string? recipient) => alert.Records.Select(record =>
        recipient is null || (record.Side == AidSide.Charity && GiverOf(record) == recipient)
            ? new { source = record.Source, recordId = record.Id }
            : new { source = "other", recordId = AidAlert.IdOf(alert.Type, "record", $"{alert.AlertId}|{record}").ToString() });
}
