using IntegrationHub.Audit;
using IntegrationHub.Consent;
using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Database;
using IntegrationHub.Disclosure;
using IntegrationHub.Identity;
using IntegrationHub.Policy;
using IntegrationHub.Referrals;

namespace IntegrationHub.Pipeline;

/// <summary>
/// Proves what the hub says about itself: the audit chain is whole and passes through every signed root, every release of
/// identity has a permit that the consent ledger, as it was known at that instant, gives again, and exactly the audit
/// entries it must have, and nothing was decided about a referral that is not there. What can and cannot be recomputed is
/// said at <see cref="ReleaseProofs"/>. All is read from one snapshot, page by page.
/// </summary>
public sealed class HubVerification(HubDatabase database, PolicyBook policies, TimeProvider time)
{
    // Else a claim made while we read would look like a chain longer than its head.
    private const string OneSnapshot = """
        set transaction isolation level repeatable read, read only
        """;

    private const string Report = "report to the security officer at once.";

    internal int PageSize { get; init; } = 500;

    public Task<Verification> Verify(CancellationToken cancellationToken) =>
        Verify(new VerifyOrder(), progress: null, cancellationToken);

    /// <summary>Proves everything, or everything since a day, and stops at the first thing that does not fit.</summary>
    public async Task<Verification> Verify(
        VerifyOrder order, IProgress<VerifyProgress>? progress, CancellationToken cancellationToken)
    {
        await using var work = await database.Begin(cancellationToken);
        await work.Execute(OneSnapshot, [], cancellationToken);
        var chain = new ChainProof(work, order, progress, time.GetUtcNow());
        if (await chain.Run(cancellationToken) is { } broken)
            return broken;

        var kept = chain.ReleasesBefore is { } before ? LowestOf(before.ToUnixTimeMilliseconds()) : Guid.Empty;
        var (releases, unproven) = await ProveReleases(work, FirstOf(order), kept, progress, cancellationToken);
        if (unproven is not null)
            return new Verification.Broken("release.unproven", unproven, $"Examine that release and {Report}");
        var decisions = new DecisionProof(work, policies, progress, PageSize);
        if (await decisions.Run(StartOf(order), cancellationToken) is { } other)
            return new Verification.Broken("decision.unproven", other, $"Examine that decision and {Report}");
        if (await OrphanedDecision(work, cancellationToken) is { } orphan)
            return new Verification.Broken("decision.orphaned", orphan, $"Examine what became of that referral and {Report}");
        return new Verification.Proven(chain.Entries, releases) 
        {
            Decisions = decisions.Proven,
            DecisionsWithoutFacts = decisions.WithoutFacts,
            Roots = chain.Roots,
            DaysWithoutRoot = chain.DaysWithoutRoot,
        };
    }

    // Ids of releases begin with their instant, so that a day begins at an id.
    private static Guid FirstOf(VerifyOrder order) =>
        order.Since is null ? Guid.Empty : LowestOf(StartOf(order).ToUnixTimeMilliseconds());

    private static DateTimeOffset StartOf(VerifyOrder order) => order.Since is { } since
        ? HubCalendar.InstantOf(since.ToDateTime(TimeOnly.MinValue))
        : DateTimeOffset.MinValue;

    private static Guid LowestOf(long milliseconds)
    {
        Span<byte> id = stackalloc byte[16];
        id.Clear();
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(id, milliseconds << 16);
        return new Guid(id, bigEndian: true);
    }

    // A merge of the releases with the audit entries about releases: neither may have what the other lacks.
    private async Task<(long Releases, string? Unproven)> ProveReleases(
        HubTransaction work, Guid first, Guid kept, IProgress<VerifyProgress>? progress, CancellationToken cancellationToken)
    {
        var total = await DisclosureCounts.ReleasesAfter(work, first, cancellationToken);
        var trail = await AuditTrail.Open(
            work, ReleaseNote.Action, ReleaseNote.Reference, cancellationToken, first == Guid.Empty ? null : first);
        var proven = 0L;
        for (var after = first; ;)
        {
            var page = await ReleaseProofs.Page(work, after, PageSize, cancellationToken);
            if (page.Count == 0)
                break;
            after = page[^1].Release.ReleaseId;
            var entries = await trail.TakeThrough(after, cancellationToken);
            if (await FirstUnproven(work, page, entries, kept, cancellationToken) is { } unproven)
                return (proven, unproven);
            proven += page.Count;
            progress?.Report(new VerifyProgress("releases", proven, total));
        }

        await trail.TakeThrough(kept, cancellationToken); // gone by retention, which is on record
        return (proven, await trail.Next(cancellationToken) is { } left ? WithoutRelease(left) : null);
    }

    private async Task<string?> FirstUnproven(
        HubTransaction work, IReadOnlyList<ReleaseProof> page, IReadOnlyList<TrailEntry> entries, Guid kept,
        CancellationToken cancellationToken)
    {
        var entriesOf = entries.ToLookup(entry => entry.Reference);
        var ids = page.Select(proof => (Guid?)proof.Release.ReleaseId).ToHashSet();
        if (entries.FirstOrDefault(entry => !ids.Contains(entry.Reference) && entry.Reference > kept) is { } orphan)
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

    private async Task<string?> OrphanedDecision(HubTransaction work, CancellationToken cancellationToken)
    {
        for (var after = Guid.Empty; ;)
        {
            var page = await DisclosureCounts.DecidedReferrals(work, after, PageSize * 10, cancellationToken);
            if (page.Count == 0)
                return null;
            after = page[^1];
            if (await ReferralReading.Unknown(work, page, cancellationToken) is [var orphan, ..])
                return $"decisions about referral {orphan} are there, and the referral is not";
        }
    }

    private static string WithoutRelease(TrailEntry entry) =>
        $"audit entry {entry.Sequence} tells of a release that is not there";
}
