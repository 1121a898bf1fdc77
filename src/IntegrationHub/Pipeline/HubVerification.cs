using IntegrationHub.Audit;
using IntegrationHub.Consent;
using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Database;
using IntegrationHub.Disclosure;
using IntegrationHub.Identity;
using IntegrationHub.Policy;

namespace IntegrationHub.Pipeline;

/// <summary>
/// Proves what the hub says about itself: the audit chain is whole, and every release of identity has a permit that the
/// consent ledger, as it was known at that instant, gives again, and exactly the audit entries it must have. What can
/// and cannot be recomputed is said at <see cref="ReleaseProofs"/>. All is read from one snapshot, page by page.
/// </summary>
public sealed class HubVerification(HubDatabase database, PolicyBook policies)
{
    // Else a claim made while we read would look like a chain longer than its head.
    private const string OneSnapshot = """
        set transaction isolation level repeatable read, read only
        """;

    internal int PageSize { get; init; } = 500;

    public async Task<Verification> Verify(CancellationToken cancellationToken)
    {
        await using var work = await database.Begin(cancellationToken);
        await work.Execute(OneSnapshot, [], cancellationToken);
        var chain = await AuditLog.Verify(work, cancellationToken);
        if (chain.Broken is { } broken)
        {
            return new Verification.Broken(
                "audit.broken", broken, "Preserve the database and report to the security officer at once.");
        }

        var (releases, unproven) = await ProveReleases(work, cancellationToken);
        return unproven is null
            ? new Verification.Proven(chain.Entries, releases)
            : new Verification.Broken(
                "release.unproven", unproven, "Examine that release and report to the security officer at once.");
    }

    // A merge of the releases with the audit entries about releases: neither may have what the other lacks.
    private async Task<(long Releases, string? Unproven)> ProveReleases(
        HubTransaction work, CancellationToken cancellationToken)
    {
        var trail = await AuditTrail.Open(work, ReleaseNote.Action, ReleaseNote.Reference, cancellationToken);
        var proven = 0L;
        for (var after = Guid.Empty; ;)
        {
            var page = await ReleaseProofs.Page(work, after, PageSize, cancellationToken);
            if (page.Count == 0)
                break;
            after = page[^1].Release.ReleaseId;
            var entries = await trail.TakeThrough(after, cancellationToken);
            if (await FirstUnproven(work, page, entries, cancellationToken) is { } unproven)
                return (proven, unproven);
            proven += page.Count;
        }

        return (proven, await trail.Next(cancellationToken) is { } left ? WithoutRelease(left) : null);
    }

    private async Task<string?> FirstUnproven(
        HubTransaction work, IReadOnlyList<ReleaseProof> page, IReadOnlyList<TrailEntry> entries,
        CancellationToken cancellationToken)
    {
        var entriesOf = entries.ToLookup(entry => entry.Reference);
        var ids = page.Select(proof => (Guid?)proof.Release.ReleaseId).ToHashSet();
        if (entries.FirstOrDefault(entry => !ids.Contains(entry.Reference)) is { } orphan)
            return WithoutRelease(orphan);

        var people = page.Select(proof => proof.Release.PersonKey).Distinct().ToList();
        // A consent may have been given under a key that was theirs then.
        var ever = await PersonBook.KeysEverOf(work, people, cancellationToken);
        var allKeys = ever.Values.SelectMany(person => person.Keys).Distinct().ToList();
        var ledger = await ConsentLedger.EventsOf(work, allKeys, cancellationToken);
        var now = await PersonBook.KeysOf(work, people, cancellationToken);
        var facts = await PersonBook.Facts(work, now.Values, cancellationToken);
        foreach (var proof in page)
        {
            var release = proof.Release;
            var objection = ReleaseProofs.ObjectionOfDecision(proof)
                ?? ReleaseNote.ObjectionTo(release, [.. entriesOf[release.ReleaseId]])
                ?? (policies.Version(release.PolicyVersion) is { } policy
                    ? ReleaseProofs.ObjectionOfConsent(
                        release, KnownAt(release), facts.GetValueOrDefault(now[release.PersonKey].PersonKey)?.BornOn, policy)
                    : "its version of the policy is not known");
            if (objection is not null)
                return $"release {release.ReleaseId}: {objection}";
        }

        return null;

        List<ConsentEvent> KnownAt(ReleaseRow release) =>
        [
            .. ledger.Entries
                .Where(told => ever[release.PersonKey].Keys.Contains(told.PersonKey) && told.RecordedAt <= release.ReleasedAt)
                .Select(told => told.Event),
        ];
    }

    private static string WithoutRelease(TrailEntry entry) =>
        $"audit entry {entry.Sequence} tells of a release that is not there";
}
