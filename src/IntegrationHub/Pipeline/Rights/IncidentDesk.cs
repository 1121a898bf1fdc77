using IntegrationHub.Audit;
using IntegrationHub.Database;
using IntegrationHub.Disclosure;

namespace IntegrationHub.Pipeline.Rights;

/// <summary>What an incident reached, in numbers.</summary>
public sealed record IncidentCounts(
    int People, int Releases, IReadOnlyDictionary<string, int> ByRecipient, IReadOnlyDictionary<string, int> ByItem);

/// <summary>
/// Says within minutes whom an incident concerns (PIPL Art. 57; P17): the people by key, the items, the recipients. It opens
/// nothing: who a person is tells <c>hub statement</c>, one by one and on record.
/// </summary>
public sealed class IncidentDesk(HubDatabase database, TimeProvider time)
{
    internal int PageSize { get; init; } = 5_000;

    /// <summary>Hands every disclosure in question to <paramref name="line"/>, oldest first, and counts them.</summary>
    public async Task<IncidentCounts> Export(
        DisclosedFilter filter, string by, string reason, Action<Disclosed> line, CancellationToken cancellationToken)
    {
        await using var work = await database.Begin(cancellationToken);
        var (people, releases) = (new HashSet<Guid>(), new HashSet<Guid>());
        var (recipients, items) = (new SortedDictionary<string, int>(StringComparer.Ordinal), new SortedDictionary<string, int>(StringComparer.Ordinal));
        for (Disclosed? last = null; ;)
        {
            var page = await DisclosedReading.Page(work, filter, last, PageSize, cancellationToken);
            foreach (var told in page)
            {
                line(told);
                people.Add(told.PersonKey);
                releases.Add(told.ReleaseId);
                recipients[told.Uscc] = recipients.GetValueOrDefault(told.Uscc) + 1;
                foreach (var item in told.Items)
                    items[item] = items.GetValueOrDefault(item) + 1;
            }

            if (page.Count < PageSize)
                break;
            last = page[^1];
        }

        var counts = new IncidentCounts(people.Count, releases.Count, recipients, items);
        var detail = new { since = filter.Since, until = filter.Until, filter.Uscc, filter.Item, reason, counts.People, counts.Releases };
        await AuditLog.Append(work, new AuditFact($"operator:{by}", "incident.exported", "incident", detail), time, cancellationToken);
        await work.Commit(cancellationToken);
        return counts;
    }
}
