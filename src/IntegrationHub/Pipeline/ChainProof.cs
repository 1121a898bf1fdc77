using IntegrationHub.Audit;
using IntegrationHub.Contracts;
using IntegrationHub.Database;
using IntegrationHub.Policy;

namespace IntegrationHub.Pipeline;

/// <summary>
/// The part of a verification that is about the audit log alone: the roots fit each other, their signatures and what was
/// kept outside, and the chain passes through every one of them.
/// </summary>
internal sealed class ChainProof(HubTransaction work, VerifyOrder order, IProgress<VerifyProgress>? progress, DateTimeOffset now)
{
    /// <summary>How long after its end a day may be without its root.</summary>
    private const int DaysOfGrace = 2;

    private const string Preserve = "Preserve the database and report to the security officer at once.";

    public int Roots { get; private set; }

    public IReadOnlyList<DateOnly> DaysWithoutRoot { get; private set; } = [];

    public long Entries { get; private set; }

    /// <summary>Releases from before this instant may have gone by retention; the audit log says so.</summary>
    public DateTimeOffset? ReleasesBefore { get; private set; }

    /// <summary>What is broken, or null.</summary>
    public async Task<Verification.Broken?> Run(CancellationToken cancellationToken)
    {
        var roots = await AuditRootStore.All(work, cancellationToken);
        if (RootChain.ObjectionTo(roots, await AuditRootStore.Keys(work, cancellationToken)) is { } unfit)
            return new Verification.Broken("audit.root_broken", unfit, Preserve);
        var outside = order.Against is { } path ? RootFile.Read(path) : [];
        if (Rewritten(roots, outside) is { } rewritten)
            return rewritten;

        var today = HubCalendar.DayOf(now);
        Roots = roots.Count;
        DaysWithoutRoot = RootChain.DaysWithoutRoot(roots, today);
        var first = await AuditRetention.First(work, cancellationToken);
        var said = await AuditRetention.Said(work, cancellationToken);
        ReleasesBefore = said.ReleasesBefore;
        var check = await AuditChain.Verify(
            work, StartOf(roots, first <= said.Through + 1 ? first - 1 : 0), [.. roots.Select(root => root.Root.Mark)],
            progress is null ? null : new Entry(progress, roots.LastOrDefault()?.Root.LastSequence ?? 0), cancellationToken);
        Entries = check.Entries;
        return check.Broken is { } broken ? new Verification.Broken("audit.broken", broken, Preserve)
            : DaysWithoutRoot.Count > DaysOfGrace
                ? new Verification.Broken(
                    "audit.root_missing", $"the day {DaysWithoutRoot[0]:yyyy-MM-dd} has no root, nor have {DaysWithoutRoot.Count - 1} after it",
                    "Make them with `hub audit roots --make`, and see why the schedule did not.")
            : null;
    }

    // What was signed and carried out must be what stands here: a history written anew cannot know it.
    private static Verification.Broken? Rewritten(List<SignedRoot> roots, IReadOnlyList<AuditRoot> outside)
    {
        var inside = roots.ToDictionary(signed => signed.Root.Day, signed => signed.Root);
        foreach (var kept in outside)
        {
            if (!inside.TryGetValue(kept.Day, out var root))
                return Of($"the exported root of {kept.Day:yyyy-MM-dd} is not in the database");
            if (root.Statement != kept.Statement)
                return Of($"the exported root of {kept.Day:yyyy-MM-dd}, over entries up to {kept.LastSequence}, says otherwise than the database");
        }

        return null;

        static Verification.Broken Of(string detail) => new("audit.rewritten", detail, Preserve);
    }

    // Where retention has taken days off, and the log says so, the last of their roots is the beginning.
    private ChainMark StartOf(List<SignedRoot> roots, long takenOff)
    {
        if (order.Since is not { } since)
            return roots.LastOrDefault(root => root.Root.LastSequence == takenOff)?.Root.Mark ?? ChainMark.Beginning;
        var before = roots.LastOrDefault(root => root.Root.Day < since)
            ?? throw new HubProblemException(
                "audit.no_root_before", $"No day before {since:yyyy-MM-dd} has a root to begin at.",
                "Leave --since away, or see `hub audit roots`.");
        return before.Root.Mark;
    }

    private sealed class Entry(IProgress<VerifyProgress> progress, long total) : IProgress<long>
    {
        public void Report(long value) => progress.Report(new VerifyProgress("audit entries", value, Math.Max(value, total)));
    }
}
