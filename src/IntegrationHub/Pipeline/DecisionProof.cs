using IntegrationHub.Consent;
using IntegrationHub.Database;
using IntegrationHub.Disclosure;
using IntegrationHub.Policy;

namespace IntegrationHub.Pipeline;

/// <summary>
/// The part of a verification that makes every stored decision again, permits and refusals alike, from the facts stored with
/// it, the ledger as it was read then and the rules of its version.
/// </summary>
internal sealed class DecisionProof(HubTransaction work, PolicyBook policies, IProgress<VerifyProgress>? progress, int pageSize)
{
    /// <summary>So many were made again and said the same.</summary>
    public long Proven { get; private set; }

    /// <summary>So many kept no facts: they were made before facts were kept.</summary>
    public long WithoutFacts { get; private set; }

    /// <summary>The first decision that would be another today, in words, or null.</summary>
    public async Task<string?> Run(DateTimeOffset since, CancellationToken cancellationToken)
    {
        for (var after = 0L; ;)
        {
            var page = await DecisionStore.Page(work, after, pageSize, cancellationToken);
            if (page.Count == 0)
                return null;
            after = page[^1].DecisionId;
            if (await FirstOther([.. page.Where(one => one.Decision.At >= since)], cancellationToken) is { } other)
                return other;
            progress?.Report(new VerifyProgress("decisions", Proven + WithoutFacts, Proven + WithoutFacts + pageSize));
        }
    }

    private async Task<string?> FirstOther(
        IReadOnlyList<(long DecisionId, StoredDecision Decision)> page, CancellationToken cancellationToken)
    {
        var keys = page.SelectMany(one => KeysOf(one.Decision.Row.Facts)).Distinct().ToList();
        var ledger = await ConsentLedger.EventsOf(work, keys, cancellationToken);
        foreach (var (id, (row, at)) in page)
        {
            if (DecisionReplay.Again(row, at, read => ledger.AsRead(read, at), policies.Version) is not { } again)
            {
                WithoutFacts++;
                continue;
            }

            if (DecisionReplay.DifferenceOf(row.Decision, again) is { } difference)
                return $"decision {id}: {difference}";
            Proven++;
        }

        return null;
    }

    private static IEnumerable<Guid> KeysOf(DisclosureFacts? facts) => facts is null
        ? []
        : facts.Members.Append(facts.Subject).OfType<DisclosureFacts.PersonFact>().SelectMany(person => person.Ledger.Keys);
}
