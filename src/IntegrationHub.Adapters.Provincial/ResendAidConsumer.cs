using IntegrationHub.Aid;
using IntegrationHub.Contracts.Messages;
using IntegrationHub.Database;
using IntegrationHub.Outbox;
using IntegrationHub.Protection;
using IntegrationHub.Referrals;
using MassTransit;

namespace IntegrationHub.Adapters.Provincial;

/// <summary>
/// Tells the platform once more what the hub's book says of some aid, after a comparison found that its own says
/// otherwise. Marked as a correction and with a key of its own, or the platform would take it for a repeat.
/// </summary>
internal sealed class ResendAidConsumer(
    HubDatabase database, ProvincialClient client, Keyring keyring, TimeProvider time) : IConsumer<AidResent>
{
    public const string Consumer = "resend-provincial";

    public async Task Consume(ConsumeContext<AidResent> context)
    {
        var messageId = context.MessageId ?? throw new InvalidOperationException("A message without an id is not ours.");
        var cancellationToken = context.CancellationToken;
        List<(Contracts.Canonical.CharityAid Aid, Report Report)> reports = [];
        await using (var work = await database.Begin(cancellationToken))
        {
            if (!await MessageOutbox.IsWaiting(work, messageId, Consumer, cancellationToken))
                return;
            var aids = await AidStore.Find(work, [.. context.Message.AidIds], cancellationToken);
            var referrals = aids.Select(aid => aid.ReferralId).OfType<Guid>().Distinct().ToList();
            var needs = referrals.Count == 0 ? [] : await NeedRefs.Of(work, referrals, cancellationToken);
            foreach (var aid in aids)
            {
                if (aid.ReferralId is { } referral && needs.TryGetValue(referral, out var needRef))
                    reports.Add((aid, ReportToProvinceConsumer.Report(aid, needRef)));
            }
        }

        foreach (var (aid, report) in reports)
        {
            report.Body["correction"] = "1";
            await client.Push(report.Path, report.Body, keyring.Index("idempotency", $"{report.Key}|{messageId}"), cancellationToken);
        }

        await using var done = await database.Begin(cancellationToken);
        if (await MessageOutbox.Claim(done, messageId, Consumer, cancellationToken))
        {
            foreach (var (aid, _) in reports)
                await AidStore.Reported(done, aid, time.GetUtcNow(), cancellationToken);
        }

        await done.Commit(cancellationToken);
    }

    public sealed class Definition : ConsumerDefinition<ResendAidConsumer>
    {
        public Definition()
        {
            EndpointName = "hub.resend-provincial";
            ConcurrentMessageLimit = 2;
        }
    }
}
