using IntegrationHub.Audit;
using IntegrationHub.Consent;
using IntegrationHub.Contracts;
using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Database;
using IntegrationHub.Identity;
using IntegrationHub.Outbox;

namespace IntegrationHub.Pipeline;

/// <summary>
/// Where an official shows a person their consents and takes a withdrawal (P7: as easily as it was given). It takes effect
/// for claims with its commit, and everywhere else within seconds.
/// </summary>
public sealed class ConsentDesk(HubDatabase database, MessageOutbox outbox, TimeProvider time)
{
    /// <summary>All that is on record about a person's consents, by any of their keys.</summary>
    public async Task<ConsentSheet> Show(Guid personKey, CancellationToken cancellationToken)
    {
        await using var work = await database.Begin(cancellationToken);
        var person = (await PersonBook.KeysOf(work, [personKey], cancellationToken)).Values.Single();
        var book = await ConsentLedger.EventsOf(work, person.Keys, cancellationToken);
        var matching = await MatchingStore.Newest(work, person.Keys, cancellationToken);
        var now = time.GetUtcNow();
        return new ConsentSheet
        {
            PersonKey = person.PersonKey,
            AsOf = now,
            Consents = ViewsOf(book, person.Keys, now),
            Matching = matching.Values.MaxBy(word => word.At),
        };
    }

    /// <summary>Withdraws; what had ended before is left as it is.</summary>
    public async Task<WithdrawalOutcome> Withdraw(WithdrawalOrder order, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(order.By) || string.IsNullOrWhiteSpace(order.Reason))
            throw new HubProblemException("request.invalid", "Who withdraws and why must be said.", "Give both.");
        await using var work = await database.Begin(cancellationToken);
        var owners = await OwnersOf(work, order, cancellationToken);
        await ConsentLedger.Lock(work, owners, time.GetUtcNow(), cancellationToken);
        var book = await ConsentLedger.EventsOf(work, owners, cancellationToken);
        var now = time.GetUtcNow();
        var asked = book.Entries.Where(entry => order.ConsentId is null || entry.Event.ConsentId == order.ConsentId)
            .GroupBy(entry => (entry.PersonKey, entry.Event.ConsentId)).ToList();
        if (asked.Count == 0)
            throw NotFound();
        var told = new List<(Guid PersonKey, ConsentEvent Event)>();
        foreach (var consent in asked)
        {
            if (EndOf([.. consent], now) is { } end)
                told.Add((consent.Key.PersonKey, end));
        }

        var outcome = new WithdrawalOutcome(
            [.. told.Select(one => new WithdrawnConsent(one.Event.ConsentId, one.Event.Sequence))],
            [.. asked.Select(consent => consent.Key.ConsentId).Except(told.Select(one => one.Event.ConsentId))], now);
        if (told.Count == 0)
            return outcome;
        await ConsentChanges.Record(work, outbox, told, ConsentOrigin.Desk, now, cancellationToken);
        await Note(work, order, outcome, cancellationToken);
        await work.Commit(cancellationToken);
        return outcome;
    }

    /// <summary>
    /// Records that the person objects to being matched by a machine, or that a person has confirmed the matching (P18).
    /// </summary>
    public async Task Say(Guid personKey, bool objects, string by, string reason, CancellationToken cancellationToken)
    {
        await using var work = await database.Begin(cancellationToken);
        var person = (await PersonBook.KeysOf(work, [personKey], cancellationToken)).Values.Single();
        var word = new MatchingWord(objects, by, reason, time.GetUtcNow());
        foreach (var key in person.Keys)
            await MatchingStore.Add(work, key, word, cancellationToken);
        await PeopleChanges.Tell(work, outbox, person.Keys, cancellationToken);
        var fact = new AuditFact(
            $"operator:{by}", objects ? "matching.objected" : "matching.confirmed", $"{person.PersonKey}", new { reason });
        await AuditLog.Append(work, fact, time, cancellationToken);
        await work.Commit(cancellationToken);
    }

    // The next sequence, so that it ends every grant before it; one that a source sends later with the same number ends
    // with it. It speaks in the capacity the consent was given in, for the one who gave it.
    internal static ConsentEvent? EndOf(IReadOnlyList<LedgerEntry> entries, DateTimeOffset now)
    {
        // What takes effect later is ended too: nobody should have to come twice.
        var events = entries.Where(entry => entry.Origin != ConsentOrigin.Clock).Select(entry => entry.Event).ToList();
        if (events.Count == 0)
            return null;
        var state = ConsentFold.Fold(events, DateTimeOffset.MaxValue).Single();
        if (state.Standing is not (ConsentStanding.Active or ConsentStanding.NotGiven))
            return null;
        return new ConsentEvent
        {
            ConsentId = state.ConsentId,
            Sequence = events.Max(told => told.Sequence) + 1,
            Type = ConsentEventType.Withdrawn,
            Capacity = state.Capacity,
            GivenBy = state.GivenBy,
            CapacityEvidence = state.CapacityEvidence,
            Purposes = [],
            Items = [],
            Recipients = [],
            Actions = [],
            Sensitive = false,
            Provide = false,
            Method = "DESK",
            EffectiveAt = now,
        };
    }

    private static List<ConsentView> ViewsOf(ConsentBook book, IReadOnlyCollection<Guid> keys, DateTimeOffset now)
    {
        var entries = book.Entries.ToLookup(entry => entry.Event.ConsentId);
        return
        [
            .. ConsentFold.Fold(book.Of(keys).Events, now).Select(state => new ConsentView(
                state,
                [
                    .. entries[state.ConsentId].Where(entry => entry.Origin != ConsentOrigin.Clock)
                        .GroupBy(entry => entry.Event.Sequence).Where(told => told.Skip(1).Any()).Select(told => told.Key),
                ],
                entries[state.ConsentId].Any(entry => entry.ToldOfOthers.Any(other => !keys.Contains(other.PersonKey))),
                [.. entries[state.ConsentId].OrderBy(entry => entry.Event.Sequence).ThenBy(entry => entry.Number)])),
        ];
    }

    private static async Task<IReadOnlyList<Guid>> OwnersOf(
        HubTransaction work, WithdrawalOrder order, CancellationToken cancellationToken)
    {
        if (order.PersonKey is { } key)
            return (await PersonBook.KeysOf(work, [key], cancellationToken)).Values.Single().Keys;
        var owners = await ConsentLedger.OwnersOf(work, order.ConsentId ?? "", cancellationToken);
        return owners.Count > 0 ? owners : throw NotFound();
    }

    private async Task Note(
        HubTransaction work, WithdrawalOrder order, WithdrawalOutcome outcome, CancellationToken cancellationToken)
    {
        var fact = new AuditFact(
            $"operator:{order.By}", "consent.withdrawn",
            order.ConsentId ?? $"{order.PersonKey}",
            new { consents = outcome.Withdrawn, reason = order.Reason, effectiveAt = outcome.At });
        await AuditLog.Append(work, fact, time, cancellationToken);
    }

    private static HubProblemException NotFound() => new(
        "consent.not_found", "There is no such consent.", "See hub consent show.");
}
