using System.Text.Json;
using System.Text.Json.Nodes;
using IntegrationHub.Aid;
using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Contracts.Messages;
using IntegrationHub.Database;
using IntegrationHub.Outbox;
using IntegrationHub.Protection;
using IntegrationHub.Referrals;
using MassTransit;

namespace IntegrationHub.Adapters.Provincial;

/// <summary>
/// Tells the platform what became of its needs and which aid was given, by its own need number, so that no identity
/// travels back (F5, F8). Each call carries a key the platform dedupes by; the ticket is torn off when all are through.
/// </summary>
internal sealed class ReportToProvinceConsumer(
    HubDatabase database, ProvincialClient client, Keyring keyring, TimeProvider time) : IConsumer<EventsRecorded>
{
    public const string Consumer = "report-provincial";

    private static readonly ParallelOptions FourAtATime = new() { MaxDegreeOfParallelism = 4 };

    public async Task Consume(ConsumeContext<EventsRecorded> context)
    {
        var messageId = context.MessageId ?? throw new InvalidOperationException("A message without an id is not ours.");
        var cancellationToken = context.CancellationToken;
        if (await Load(messageId, context.Message.Events, cancellationToken) is not { } work)
            return;

        var options = new ParallelOptions { MaxDegreeOfParallelism = FourAtATime.MaxDegreeOfParallelism, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(work.Reports, options, async (report, token) =>
            await client.Push(report.Path, report.Body, keyring.Index("idempotency", report.Key), token));
        await Finish(messageId, work.Aids, cancellationToken);
    }

    private async Task<Work?> Load(Guid messageId, IReadOnlyList<HubEvent> events, CancellationToken cancellationToken)
    {
        await using var work = await database.Begin(cancellationToken);
        if (!await MessageOutbox.IsWaiting(work, messageId, Consumer, cancellationToken))
            return null;
        var aidIds = events.Where(known => known.Type == "charity-aid.recorded").Select(known => known.Subject).ToArray();
        var aids = aidIds.Length == 0 ? [] : await AidStore.Find(work, aidIds, cancellationToken);
        var moves = events.Where(known => known.Type.StartsWith("referral.", StringComparison.Ordinal)).ToList();
        var referrals = aids.Where(aid => aid.ReferralId is not null).Select(aid => aid.ReferralId!.Value) // filtered just before
            .Concat(moves.Select(move => Guid.Parse(move.Subject))).Distinct().ToList();
        var needs = referrals.Count == 0 ? [] : await NeedRefs.Of(work, referrals, cancellationToken);

        return new Work(
            aids,
            [
                .. moves.Where(move => needs.ContainsKey(Guid.Parse(move.Subject))).Select(move => Report(move, needs[Guid.Parse(move.Subject)])),
                .. aids.Where(aid => aid.ReferralId is { } id && needs.ContainsKey(id)).Select(aid => Report(aid, needs[aid.ReferralId!.Value])),
            ]);
    }

    private async Task Finish(Guid messageId, List<CharityAid> aids, CancellationToken cancellationToken)
    {
        await using var work = await database.Begin(cancellationToken);
        if (await MessageOutbox.Claim(work, messageId, Consumer, cancellationToken))
        {
            foreach (var aid in aids)
                await AidStore.Reported(work, aid, time.GetUtcNow(), cancellationToken);
        }

        await work.Commit(cancellationToken);
    }

    private static Report Report(HubEvent move, string needRef)
    {
        using var data = JsonDocument.Parse(move.Data);
        return new Report("/api/dsr/referral-status", $"{move.EventId}", new JsonObject
        {
            ["needNo"] = needRef,
            ["referralId"] = move.Subject,
            ["uscc"] = data.RootElement.TryGetProperty("uscc", out var uscc) ? uscc.GetString() : null,
            ["state"] = move.Type["referral.".Length..].ToUpperInvariant(),
            ["at"] = move.Time.ToString("O"),
        });
    }

    internal static Report Report(CharityAid aid, string needRef) => new("/api/dsr/charity-aid", $"{aid.AidId}|{aid.Version}", new JsonObject
    {
        ["aidId"] = aid.AidId,
        ["version"] = aid.Version,
        ["needNo"] = needRef,
        ["uscc"] = aid.Uscc,
        ["kind"] = aid.Kind,
        ["form"] = aid.Form,
        ["amount"] = aid.Amount?.ToString("0.00", System.Globalization.CultureInfo.InvariantCulture),
        ["quantity"] = aid.Quantity,
        ["date"] = aid.Date.ToString("yyyy-MM-dd"),
        ["status"] = aid.Status,
    });

    private sealed record Work(List<CharityAid> Aids, IReadOnlyList<Report> Reports);

    public sealed class Definition : ConsumerDefinition<ReportToProvinceConsumer>
    {
        public Definition()
        {
            EndpointName = "hub.report-provincial";
            ConcurrentMessageLimit = 2;
        }
    }
}

/// <summary>One call to the platform: where, what, and the text its idempotency key is made of.</summary>
internal sealed record Report(string Path, string Key, JsonObject Body);
