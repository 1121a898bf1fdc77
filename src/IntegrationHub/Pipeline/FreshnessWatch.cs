using System.Text.Json;
using IntegrationHub.Aid;
using IntegrationHub.Audit;
using IntegrationHub.Briefing;
using IntegrationHub.Contracts.Messages;
using IntegrationHub.Database;
using IntegrationHub.Intake;
using IntegrationHub.Outbox;
using IntegrationHub.Policy;
using IntegrationHub.Protection;

namespace IntegrationHub.Pipeline;

/// <summary>Raises the alarm when a source's newest data are older than policy allows (R21), and ends it when they are fresh again.</summary>
public sealed class FreshnessWatch(HubDatabase database, MessageOutbox outbox, PolicyBook policies, Keyring keyring, TimeProvider time)
{
    private const string StaleCode = "source.stale";

    public async Task<IReadOnlyList<FreshnessRow>> Check(IReadOnlyCollection<string> sources, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var pack = policies.Require(HubCalendar.DayOf(now));
        await using var work = await database.Begin(cancellationToken);
        var rows = Freshness.Of(sources, await SourceAges.Newest(work, cancellationToken), now, pack.FreshnessHours);
        var open = (await AlertStore.OpenOfType(work, AlertType.Stale, cancellationToken)).ToDictionary(one => one.Alert.AlertId);
        var events = new List<HubEvent>();
        foreach (var row in rows)
        {
            var alert = AlertOf(row.Source);
            if (row.IsStale && !open.ContainsKey(alert.AlertId))
                events.Add(Told(alert, row, pack, await AlertStore.Save(work, alert, "OPENED", pack.Version, now, cancellationToken), now));
            else if (!row.IsStale && open.ContainsKey(alert.AlertId))
                await AlertStore.Close(work, alert.AlertId, AlertEnd.Fresh, now, cancellationToken);
        }

        if (events.Count > 0)
        {
            await outbox.Send(work, new EventsRecorded { Events = events }, cancellationToken);
            var late = rows.Where(row => row.IsStale).Select(row => row.Source);
            await AuditLog.Append(work, new AuditFact("hub", "source.stale", "intake", new { sources = late }), time, cancellationToken);
        }

        await work.Commit(cancellationToken);
        return rows;
    }

    private static AidAlert AlertOf(string source) => new()
    {
        AlertId = AidAlert.IdOf(AlertType.Stale, StaleCode, source),
        Type = AlertType.Stale,
        Code = StaleCode,
        Records = [],
    };

    private HubEvent Told(AidAlert alert, FreshnessRow row, PolicyPack pack, long step, DateTimeOffset now) => new()
    {
        EventId = keyring.Index("event", $"{alert.Type}|{alert.AlertId}|{step}"),
        Type = alert.Type,
        Subject = alert.AlertId.ToString(),
        Time = now,
        Data = JsonSerializer.Serialize(
            new { alertId = alert.AlertId, source = row.Source, type = "night", asOf = row.AsOf, limitHours = pack.FreshnessHours },
            JsonSerializerOptions.Web),
    };
}
