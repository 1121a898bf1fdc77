using IntegrationHub.Aid;
using IntegrationHub.Audit;
using IntegrationHub.Contracts;
using IntegrationHub.Contracts.Messages;
using IntegrationHub.Database;
using IntegrationHub.Outbox;
using IntegrationHub.Policy;

namespace IntegrationHub.Pipeline;

/// <summary>Where people say what they make of alerts and pairs: acknowledged, one payment, two payments, a declared top-up.</summary>
public sealed class AidDesk(HubDatabase database, MessageOutbox outbox, PolicyBook policies, TimeProvider time)
{
    /// <summary>Alerts after a place, the oldest first.</summary>
    public async Task<List<KnownAlert>> Alerts(
        string? state, string? type, (DateTimeOffset, Guid) after, int limit, CancellationToken cancellationToken)
    {
        await using var work = await database.Begin(cancellationToken);
        return await AlertStore.Page(work, state, type, after, limit, cancellationToken);
    }

    /// <summary>Pairs that may be one payment and wait for a person.</summary>
    public async Task<List<KnownLink>> Suspects(int limit, CancellationToken cancellationToken)
    {
        await using var work = await database.Begin(cancellationToken);
        return await LinkStore.Suspects(work, limit, cancellationToken);
    }

    /// <summary>Notes that someone has read an alert (R04, R06); a charity only one about its own aid.</summary>
    /// <param name="alertId">The alert.</param>
    /// <param name="actor"><c>operator:name</c>, or the USCC of a charity.</param>
    /// <param name="uscc">The charity that asks; null for civil affairs.</param>
    /// <param name="reason">What they say to it.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="HubProblemException"><c>alert.not_found</c>, for another's alert too.</exception>
    public async Task Acknowledge(Guid alertId, string actor, string? uscc, string? reason, CancellationToken cancellationToken)
    {
        await using var work = await database.Begin(cancellationToken);
        var known = await AlertStore.Find(work, alertId, cancellationToken);
        if (known is null || (uscc is not null && !Concerns(known.Alert, uscc)))
            throw new HubProblemException("alert.not_found", "There is no such alert.", "See hub alert list.");
        await AlertStore.Acknowledge(work, alertId, actor, reason, time.GetUtcNow(), cancellationToken);
        await AuditLog.Append(work, new AuditFact(actor, "alert.acknowledged", alertId.ToString(), new { reason }), time, cancellationToken);
        await work.Commit(cancellationToken);
    }

    /// <summary>Says what two lines are to each other; who they belong to is judged again at once.</summary>
    /// <param name="left">A line of the government's book, or of a charity's for a top-up.</param>
    /// <param name="right">A line of a charity's book.</param>
    /// <param name="ruling">SAME, DIFFERENT or COMPLEMENT.</param>
    /// <param name="by">Who says it.</param>
    /// <param name="reason">Why.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public async Task Rule(AidRef left, AidRef right, string ruling, string by, string reason, CancellationToken cancellationToken)
    {
        var (kind, state) = ruling switch
        {
            "SAME" => (LinkStore.SamePaymentKind, "LINK"),
            "DIFFERENT" => (LinkStore.SamePaymentKind, "REJECTED"),
            "COMPLEMENT" => (LinkStore.ComplementKind, "LINK"),
            _ => throw new HubProblemException("link.unknown", $"{ruling} is no ruling.", "Say SAME, DIFFERENT or COMPLEMENT."),
        };
        var now = time.GetUtcNow();
        await using var work = await database.Begin(cancellationToken);
        var (first, second) = left < right ? (left, right) : (right, left);
        await LinkStore.Decide(
            work, kind, first, second, state, $"operator:{by}", reason, policies.Require(HubCalendar.DayOf(now)).Version, now, cancellationToken);
        await outbox.Send(
            work,
            new AidChanged
            {
                PersonKeys = [],
                AidIds = [.. new[] { first, second }.Where(line => line.Side == AidSide.Charity).Select(line => line.Id)],
            },
            cancellationToken);
        await AuditLog.Append(
            work, new AuditFact($"operator:{by}", "aid.ruled", $"{first}|{second}", new { ruling, reason }), time, cancellationToken);
        await work.Commit(cancellationToken);
    }

    /// <summary>Enters a fund or an earmarked gift with what its giver allowed it for (R38).</summary>
    public async Task TellGift(Gift gift, string by, CancellationToken cancellationToken)
    {
        await using var work = await database.Begin(cancellationToken);
        await AidLines.TellGift(work, gift, by, time.GetUtcNow(), cancellationToken);
        await AuditLog.Append(
            work,
            new AuditFact($"operator:{by}", "fund.told", gift.FundId, new { gift.Uscc, gift.Amount, gift.Areas, gift.Kinds }),
            time, cancellationToken);
        await work.Commit(cancellationToken);
    }

    private static bool Concerns(AidAlert alert, string uscc) =>
        alert.Records.Any(record => record.Side == AidSide.Charity && AidEvents.GiverOf(record) == uscc);
}
