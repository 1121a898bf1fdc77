using System.Text;
using IntegrationHub.Audit;
using IntegrationHub.Contracts;
using IntegrationHub.Database;
using IntegrationHub.Disclosure;
using IntegrationHub.Failures;
using IntegrationHub.Identity;
using IntegrationHub.Intake;
using IntegrationHub.Policy;
using IntegrationHub.Protection;
using IntegrationHub.Referrals;
using IntegrationHub.Rights;
using IntegrationHub.Subscriptions;
using Npgsql;

namespace IntegrationHub.Pipeline.Rights;

/// <summary>What became of one kind of thing: how long it is kept, what was older, how many went.</summary>
public sealed record RetentionLine(string Entity, int Days, DateTimeOffset Before, long Due, long Gone);

/// <summary>
/// Ends what its time has ended for (P14): periods are data of the policy pack, a legal hold wins, and each step is one short
/// transaction, so that a run that is stopped goes on the next day. A dry run counts and touches nothing.
/// </summary>
public sealed class RetentionRun(
    HubDatabase database, PolicyBook policies, Archive archive, IEnumerable<ISnapshotFeed> feeds, Keyring keyring, TimeProvider time)
{
    internal int BatchSize { get; init; } = 5_000;

    /// <exception cref="HubProblemException">The pack keeps something shorter than it must (<c>retention.too_short</c>).</exception>
    public async Task<IReadOnlyList<RetentionLine>> Run(bool isDry, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var retention = policies.Require(HubCalendar.DayOf(now)).Retention;
        if (RetentionRules.ObjectionsTo(retention) is [var (name, text), ..])
            throw new HubProblemException("retention.too_short", $"retention.{name}: {text}.", "Correct the policy pack; nothing was deleted.");
        var run = new Pass(now, retention, isDry);
        await using (var work = await database.Begin(cancellationToken))
        {
            run.Kept = await KeptOf(work, run, cancellationToken);
            run.AuditThrough = await AuditRetention.DueThrough(work, HubCalendar.DayOf(run.Before(RetentionRules.Audit)), cancellationToken);
            if (!isDry)
                await Announce(work, run, cancellationToken);
        }

        var lines = new List<RetentionLine>
        {
            await RawFiles(run, cancellationToken),
            TakenCopies(run),
        };
        foreach (var step in Steps(run))
            lines.Add(await Take(run, step, cancellationToken));
        lines.Add(await AuditDays(run, cancellationToken));
        if (!isDry)
            await Note(lines, cancellationToken);
        return lines;
    }

    // In this order: a release before the decision it rests on.
    private static IEnumerable<Step> Steps(Pass run)
    {
        var kept = run.Kept;
        Func<NpgsqlParameter[]> nothing = () => [];
        Func<NpgsqlParameter[]> files = () => [Parameter.As(kept.Files)];
        Func<NpgsqlParameter[]> referrals = () => [Parameter.As(kept.Referrals)];
        Func<NpgsqlParameter[]> both = () => [Parameter.As(kept.People), Parameter.As(kept.Referrals)];
        return
        [
            new(RetentionRules.Quarantine, IntakeRetention.CountQuarantineSql, IntakeRetention.DeleteQuarantineSql, files),
            new(RetentionRules.Repairs, IntakeRetention.CountRepairsSql, IntakeRetention.DeleteRepairsSql, files),
            new(RetentionRules.FailureBodies, FailureRetention.CountSql, FailureRetention.EmptyOldSql, nothing),
            new(RetentionRules.DeliveredBodies, DeliveryRetention.CountSql, DeliveryRetention.EmptySql, nothing),
            new(RetentionRules.Idempotency, IntakeRetention.CountIdempotencySql, IntakeRetention.DeleteIdempotencySql, nothing),
            new(RetentionRules.Transitions, TransitionRetention.CountSql, TransitionRetention.DeleteSql, referrals),
            new(RetentionRules.Releases, DisclosureRetention.CountReleasesSql, DisclosureRetention.DeleteReleasesSql, both),
            new(RetentionRules.Decisions, DisclosureRetention.CountDecisionsSql, DisclosureRetention.DeleteDecisionsSql, both)
            {
                AlsoCounted = () => [Parameter.Instant(run.Before(RetentionRules.Releases))],
            },
        ];
    }

    private async Task<RetentionLine> Take(Pass run, Step step, CancellationToken cancellationToken)
    {
        var before = run.Before(step.Entity);
        long due;
        await using (var work = await database.Begin(cancellationToken))
        {
            due = (await work.Query(
                step.CountSql, [Parameter.Instant(before), .. step.Kept(), .. step.AlsoCounted()], row => row.GetInt64(0), cancellationToken)).Single();
        }

        var gone = 0L;
        for (var batch = 1; !run.IsDry && batch > 0 && gone < due;)
        {
            await using var work = await database.Begin(cancellationToken);
            batch = await work.Execute(
                step.TakeSql, [Parameter.Instant(before), .. step.Kept(), Parameter.As(BatchSize)], cancellationToken);
            await work.Commit(cancellationToken);
            gone += batch;
        }

        return run.Line(step.Entity, due, gone);
    }

    private async Task<RetentionLine> RawFiles(Pass run, CancellationToken cancellationToken)
    {
        await using var work = await database.Begin(cancellationToken);
        var due = (await IntakeRetention.DueFiles(work, run.Before(RetentionRules.RawFiles), cancellationToken))
            .Where(file => !file.Files.Any(run.Kept.Files.Contains)).ToList();
        if (run.IsDry)
            return run.Line(RetentionRules.RawFiles, due.Count, 0);

        // The rows first: a row without its file would be believed. A file that a crash leaves without a row goes next time.
        foreach (var file in due)
            await IntakeRetention.ForgetArchive(work, file.ArchiveRef, cancellationToken);
        var old = archive.WrittenBefore(run.Before(RetentionRules.RawFiles));
        var known = await IntakeRetention.Known(work, old, cancellationToken);
        await work.Commit(cancellationToken);
        foreach (var reference in due.Select(file => file.ArchiveRef).Concat(old.Where(name => !known.Contains(name))))
            archive.Delete(reference);
        return run.Line(RetentionRules.RawFiles, due.Count, due.Count);
    }

    private RetentionLine TakenCopies(Pass run)
    {
        var gone = run.IsDry ? 0 : feeds.Sum(feed => feed.ForgetTaken(run.Before(RetentionRules.TakenCopies)));
        return run.Line(RetentionRules.TakenCopies, gone, gone);
    }

    private async Task<RetentionLine> AuditDays(Pass run, CancellationToken cancellationToken)
    {
        long due;
        await using (var work = await database.Begin(cancellationToken))
            due = await AuditRetention.Count(work, run.AuditThrough, cancellationToken);
        var gone = 0L;
        for (var day = 1; !run.IsDry && day > 0 && gone < due;)
        {
            await using var work = await database.Begin(cancellationToken);
            day = await AuditRetention.TakeDay(work, run.AuditThrough, cancellationToken);
            await work.Commit(cancellationToken);
            gone += day;
        }

        return run.Line(RetentionRules.Audit, due, gone);
    }

    // What a hold covers: the person under all their keys, their referrals, and originals in which their number stands.
    private async Task<Kept> KeptOf(HubTransaction work, Pass run, CancellationToken cancellationToken)
    {
        var people = await HoldStore.Standing(work, LegalHold.Person, cancellationToken);
        var referrals = await HoldStore.Standing(work, LegalHold.Referral, cancellationToken);
        var persons = await PersonBook.KeysOf(work, people, cancellationToken);
        Guid[] keys = [.. persons.Values.SelectMany(person => person.Keys).Distinct()];
        referrals.UnionWith((await PersonsNeeds.Of(work, keys, cancellationToken)).Select(need => need.ReferralId).OfType<Guid>());
        var files = new List<int>();
        if (keys.Length > 0)
        {
            var numbers = (await new ProfileReader(keyring).Words(work, keys, cancellationToken)).Numbers.Select(Encoding.UTF8.GetBytes).ToList();
            var oldest = new[] { RetentionRules.RawFiles, RetentionRules.Quarantine, RetentionRules.Repairs }.Max(run.Before);
            foreach (var file in await IntakeRetention.DueFiles(work, oldest, cancellationToken))
            {
                if (archive.Holds(file.ArchiveRef) && numbers.Exists(number => archive.Says(file.ArchiveRef, number)))
                    files.AddRange(file.Files);
            }
        }

        return new Kept(keys, [.. referrals], [.. files]);
    }

    private async Task Announce(HubTransaction work, Pass run, CancellationToken cancellationToken)
    {
        var detail = new
        {
            auditThrough = run.AuditThrough,
            releasesBefore = run.Before(RetentionRules.Releases),
            held = new { people = run.Kept.People.Length, referrals = run.Kept.Referrals.Length, files = run.Kept.Files.Length },
        };
        await AuditLog.Append(work, new AuditFact("hub", AuditRetention.Action, "retention", detail), time, cancellationToken);
        await work.Commit(cancellationToken);
    }

    private async Task Note(List<RetentionLine> lines, CancellationToken cancellationToken)
    {
        await using var work = await database.Begin(cancellationToken);
        var gone = lines.Where(line => line.Gone > 0).ToDictionary(line => line.Entity, line => line.Gone);
        await AuditLog.Append(work, new AuditFact("hub", "retention.run", "retention", new { gone }), time, cancellationToken);
        await work.Commit(cancellationToken);
    }

    // Parameters are made anew for each statement: a command owns its own.
    private sealed record Step(string Entity, string CountSql, string TakeSql, Func<NpgsqlParameter[]> Kept)
    {
        public Func<NpgsqlParameter[]> AlsoCounted { get; init; } = () => [];
    }

    private sealed record Kept(Guid[] People, Guid[] Referrals, int[] Files);

    private sealed class Pass(DateTimeOffset now, IReadOnlyDictionary<string, int> retention, bool isDry)
    {
        public bool IsDry => isDry;
        public Kept Kept { get; set; } = new([], [], []);
        public long AuditThrough { get; set; }

        public DateTimeOffset Before(string entity) => now.AddDays(-RetentionRules.DaysOf(retention, entity));

        public RetentionLine Line(string entity, long due, long gone) =>
            new(entity, RetentionRules.DaysOf(retention, entity), Before(entity), due, gone);
    }
}
