using IntegrationHub.Consent;
using IntegrationHub.Database;
using IntegrationHub.Disclosure;
using IntegrationHub.Identity;
using IntegrationHub.Outbox;
using IntegrationHub.Policy;

namespace IntegrationHub.Pipeline;

/// <summary>
/// Says once that a consent has expired or that its guardian's word ended with the 14th birthday. No decision waits for
/// it: validity and age are asked for whenever one is made.
/// </summary>
public sealed class ConsentClock(HubDatabase database, MessageOutbox outbox, TimeProvider time)
{
    internal int PageSize { get; init; } = 500;

    /// <summary>Looks through all consents that may be due; returns how many ends were told now.</summary>
    public async Task<int> Tell(CancellationToken cancellationToken)
    {
        var told = 0;
        for (var after = 0L; ;)
        {
            await using var work = await database.Begin(cancellationToken);
            var now = time.GetUtcNow();
            var page = await ConsentLedger.MayBeDue(
                work, after, HubCalendar.DayOf(now), PageSize, cancellationToken);
            if (page.Count == 0)
                return told;
            after = page[^1].Number;
            told += await Tell(work, [.. page.Select(one => one.PersonKey).Distinct()], now, cancellationToken);
            await work.Commit(cancellationToken);
        }
    }

    private async Task<int> Tell(
        HubTransaction work, IReadOnlyCollection<Guid> people, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var persons = await PersonBook.KeysOf(work, people, cancellationToken);
        var facts = await PersonBook.Facts(work, persons.Values, cancellationToken);
        var book = await ConsentLedger.EventsOf(work, people, cancellationToken);
        var due = people.SelectMany(key => ConsentDue
            .Of(book.Of([key]).Events, facts.GetValueOrDefault(persons[key].PersonKey)?.BornOn, now)
            .Select(end => (key, end))).ToList();
        var added = await ConsentChanges.Record(work, outbox, due, ConsentOrigin.Clock, now, cancellationToken);
        return added.Count;
    }
}
