using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace IntegrationHub.Telemetry;

/// <summary>Every number the hub counts, in one place. Tags stay few: a source or an outcome, never a person.</summary>
public sealed class HubMetrics
{
    public const string MeterName = "IntegrationHub";

    private readonly Counter<long> _rows;
    private readonly Counter<long> _records;
    private readonly Histogram<double> _chunkDuration;
    private readonly Counter<long> _relayed;
    private readonly Histogram<double> _relayDuration;
    private readonly Counter<long> _parked;
    private readonly Counter<long> _redriven;
    private readonly Counter<long> _deliveries;
    private readonly Histogram<double> _deliveryDuration;
    private readonly Histogram<double> _deliveryAge;
    private readonly Counter<long> _subscriptionMoves;
    private readonly Counter<long> _decisions;
    private readonly Counter<long> _calendarMissing;

    public HubMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _rows = meter.CreateCounter<long>("hub.intake.rows", "{row}", "Rows seen in snapshots, by outcome.");
        _records = meter.CreateCounter<long>("hub.pipeline.records", "{record}", "Records taken through the stations, by outcome.");
        _chunkDuration = meter.CreateHistogram<double>("hub.pipeline.chunk.duration", "s", "Time to process one chunk.");
        _relayed = meter.CreateCounter<long>("hub.outbox.relayed", "{message}", "Messages handed to the broker.");
        _relayDuration = meter.CreateHistogram<double>("hub.outbox.relay.duration", "s", "Time to relay one batch.");
        _parked = meter.CreateCounter<long>("hub.outbox.parked", "{message}", "Messages that could not be told and stand aside.");
        _redriven = meter.CreateCounter<long>("hub.failures.redriven", "{message}", "Messages of re-drives that ended, by outcome.");
        _deliveries = meter.CreateCounter<long>("hub.subscriptions.deliveries", "{delivery}", "Attempts to deliver, by subscription and outcome.");
        _deliveryDuration = meter.CreateHistogram<double>("hub.subscriptions.delivery.duration", "s", "Time of one attempt, by subscription and outcome.");
        _deliveryAge = meter.CreateHistogram<double>("hub.subscriptions.delivery.age", "s", "Time from an event's commit to its receipt, by subscription.");
        _subscriptionMoves = meter.CreateCounter<long>("hub.subscriptions.state_changes", "{change}", "Subscriptions that came into a state.");
        _decisions = meter.CreateCounter<long>("hub.disclosure.decisions", "{decision}", "Disclosure decisions, by step and reason.");
        _calendarMissing = meter.CreateCounter<long>("hub.referrals.calendar_missing", "{offer}", "Offers seen that cannot lapse because their year has no calendar.");
    }

    public void Rows(string source, string outcome, long count) =>
        _rows.Add(count, Tag("hub.source", source), Tag("hub.outcome", outcome));

    public void ChunkProcessed(int applied, int held, int failed, TimeSpan took)
    {
        _records.Add(applied, Tag("hub.outcome", "applied"));
        _records.Add(held, Tag("hub.outcome", "held"));
        _records.Add(failed, Tag("hub.outcome", "failed"));
        _chunkDuration.Record(took.TotalSeconds);
    }

    public void OutboxRelayed(int count, TimeSpan took)
    {
        _relayed.Add(count);
        _relayDuration.Record(took.TotalSeconds);
    }

    public void OutboxParked() => _parked.Add(1);

    public void Redriven(string outcome, long count) => _redriven.Add(count, Tag("hub.outcome", outcome));

    /// <summary>Subscriptions are few: each is a tag of its own, so that one that fails is seen among those that do not.</summary>
    public void Delivered(Guid subscriptionId, TimeSpan took, TimeSpan waited, string outcome)
    {
        var (subscription, how) = (Tag("hub.subscription", subscriptionId.ToString()), Tag("hub.outcome", outcome));
        _deliveries.Add(1, subscription, how);
        _deliveryDuration.Record(took.TotalSeconds, subscription, how);
        if (outcome == "delivered")
            _deliveryAge.Record(waited.TotalSeconds, subscription);
    }

    /// <summary>A subscription came into a state: DISABLED is an alarm.</summary>
    public void SubscriptionMoved(string state) => _subscriptionMoves.Add(1, Tag("hub.state", state));

    public void Decided(string step, string reason) =>
        _decisions.Add(1, Tag("hub.step", step), Tag("hub.reason", reason));

    /// <summary>Offers that should lapse and cannot: an alarm, because nobody else is asked meanwhile (R24).</summary>
    public void CalendarMissing(int offers) => _calendarMissing.Add(offers);

    private static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);
}

public static class TelemetryServices
{
    public static IServiceCollection AddTelemetry(this IServiceCollection services) =>
        services.AddMetrics().AddSingleton<HubMetrics>();
}
