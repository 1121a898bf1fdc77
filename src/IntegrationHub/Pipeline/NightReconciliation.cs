using IntegrationHub.Aid;
using IntegrationHub.Audit;
using IntegrationHub.Contracts;
using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Database;
using IntegrationHub.Disclosure;
using IntegrationHub.Failures;
using IntegrationHub.Intake;
using IntegrationHub.Outbox;
using IntegrationHub.Policy;
using IntegrationHub.Protection;
using IntegrationHub.Reconciliation;
using IntegrationHub.Referrals;
using IntegrationHub.Subscriptions;
using Microsoft.Extensions.Logging;

namespace IntegrationHub.Pipeline;

/// <summary>
/// Adds up a night: what happened since the last time, whether everything that came in had its one fate, and whether
/// the partners' books of charity aid say what the hub's says. Partners are asked first and outside any transaction;
/// all else is read, judged and written down in one.
/// </summary>
public sealed partial class NightReconciliation(
    HubDatabase database,
    IEnumerable<IPartnerBook> books,
    Keyring keyring,
    MessageOutbox outbox,
    PolicyBook policies,
    TimeProvider time,
    ILogger<NightReconciliation> logger)
{
    private const string LastOne = "last";
    private static readonly TimeSpan Youth = TimeSpan.FromMinutes(10);

    /// <summary>Reconciles what happened since the previous reconciliation, and keeps the report.</summary>
    /// <exception cref="HubProblemException">Another one is being written (<c>reconcile.already_running</c>).</exception>
    public async Task<ReconciliationReport> Run(CancellationToken cancellationToken)
    {
        var (all, told) = await Trees(cancellationToken);
        var answers = await Task.WhenAll(books.Select(
            book => BookReader.Read(book, book.Role == BookRole.Giver ? all : told, time, cancellationToken)));

        await using var work = await database.Begin(cancellationToken);
        if (!await ReconciliationStore.TryLock(work, cancellationToken))
            throw new HubProblemException(
                "reconcile.already_running", "A reconciliation is being written already.",
                "Wait until it has ended; hub reconcile show last shows it then.");
        var since = await ReconciliationStore.LastUntil(work, cancellationToken);
        var until = await ReconciliationStore.Settled(work, time.GetUtcNow(), cancellationToken);
        var living = await DifferenceStore.Living(work, cancellationToken);
        var report = new ReconciliationReport
        {
            ReconciliationId = Guid.CreateVersion7(),
            Since = since,
            Until = until,
            Counts = await Count(work, since, until, cancellationToken),
            Differences = ReconciliationReport.InOrder(DifferenceLife.WithAccepted(
            [
                .. await InFiles(work, since, until, cancellationToken),
                .. await InQueues(work, cancellationToken),
                .. await InBooks(work, answers, cancellationToken),
            ],
            living)),
        };
        await ReconciliationStore.Save(work, report, cancellationToken);
        await Live(work, report, living, answers, cancellationToken);
        await AuditLog.Append(work, FactOf(report), time, cancellationToken);
        await work.Commit(cancellationToken);
        LogReconciled(report.ReconciliationId, report.Differences.Count, report.Unexplained);
        return report;
    }

    /// <summary>A report as it was made.</summary>
    /// <param name="which">A reconciliation id, or <c>last</c>.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    /// <exception cref="HubProblemException">There is none (<c>reconcile.not_found</c>).</exception>
    public async Task<ReconciliationReport> Show(string which, CancellationToken cancellationToken)
    {
        await using var work = await database.Begin(cancellationToken);
        var report = which == LastOne ? await ReconciliationStore.Last(work, cancellationToken)
            : Guid.TryParse(which, out var id) ? await ReconciliationStore.Find(work, id, cancellationToken)
            : null;
        return report ?? throw new HubProblemException(
            "reconcile.not_found", "There is no such reconciliation.",
            "See hub reconcile show last, or make one with hub reconcile run.");
    }

    private static async Task<NightCounts> Count(
        HubTransaction work, DateTimeOffset since, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var moves = await TransitionCounts.Between(work, since, until, cancellationToken);
        return new NightCounts
        {
            Offers = moves.GetValueOrDefault(ReferralState.Offered),
            Accepted = moves.GetValueOrDefault(ReferralState.Accepted),
            Declined = moves.GetValueOrDefault(ReferralState.Declined),
            Released = await DisclosureCounts.Released(work, since, until, cancellationToken),
            Refused = await DisclosureCounts.Refused(work, since, until, cancellationToken),
            AidRecords = await AidBook.Recorded(work, since, until, cancellationToken),
        };
    }

    private static async Task<List<Difference>> InFiles(
        HubTransaction work, DateTimeOffset since, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var found = new List<Difference>();
        foreach (var run in await FileCounts.Completed(work, since, until, cancellationToken))
        {
            if (run.ProblemCode is { } code)
                found.Add(TransportCheck.NotTaken(run.Source, run.RunId, code));
            var files = await FileStore.Accounts(work, run.RunId, cancellationToken);
            found.AddRange(TransportCheck.OfFiles(files.Select(file => new FileLine(
                run.Source, file.Name, file.State, file.Code, file.Rows,
                file.Unchanged + file.Applied + file.Quarantined + file.Held))));
        }

        return found;
    }

    // A waiting chunk and its ticket are the same work; it is shown as a chunk.
    private async Task<IReadOnlyList<Difference>> InQueues(HubTransaction work, CancellationToken cancellationToken)
    {
        var youngAfter = time.GetUtcNow() - Youth;
        var failed = await OpenFailures.Messages(work, cancellationToken);
        var turns = await WaitingTurns.OfConsumers(work, failed, Youth, cancellationToken);
        var chunks = await FileCounts.WaitingChunks(work, youngAfter, cancellationToken);
        var deliveries = await DeliveryCounts.Open(work, youngAfter, cancellationToken);

        var failedChunks = Math.Min(
            chunks.Old, turns.Where(turn => turn.Consumer == ChunkPipeline.Consumer).Sum(turn => turn.Failed));
        return
        [
            .. TransportCheck.OfQueues(
            [
                new QueueLine("chunks", chunks.Young, failedChunks, chunks.Old - failedChunks),
                .. turns.Where(turn => turn.Consumer != ChunkPipeline.Consumer)
                    .Select(turn => new QueueLine($"messages to {turn.Consumer}", turn.Young, turn.Failed, turn.Old)),
                new QueueLine("deliveries", deliveries.Young, 0, deliveries.Old),
            ]),
            .. TransportCheck.OfParked(deliveries.Parked),
        ];
    }

    private async Task<List<Difference>> InBooks(
        HubTransaction work, IReadOnlyList<BookAnswer> answers, CancellationToken cancellationToken)
    {
        var found = new List<Difference>();
        List<AidBookLine>? whole = null;
        foreach (var answer in answers)
        {
            switch (answer)
            {
                case BookAnswer.Read(var book):
                    var own = book.Within is { } places
                        ? await AidBook.LinesWithin(
                            work, [.. places.Select(BookTree.RangeOf)], book.Role == BookRole.Informed, cancellationToken)
                        : whole ??= await AidBook.Lines(work, cancellationToken);
                    LogRead(book.Source, book.NodesRead, book.Hashes.Count);
                    var records = BookCompare.Records(own, book);
                    var failed = await Failed(work, BookCompare.MayStandInFailures(records, book), cancellationToken);
                    records = BookCompare.InFailures(records, failed);
                    found.AddRange(records);
                    found.AddRange(BookCompare.Payments(own, book, records));
                    break;
                case BookAnswer.Unreadable(var source, var code):
                    LogUnreadable(source, code);
                    found.Add(TransportCheck.Unreachable(source, code));
                    break;
                default:
                    throw new InvalidOperationException($"Unknown answer {answer.GetType().Name}.");
            }
        }

        return found;
    }

    // Opens, sees and closes; what policy lets the hub heal by itself is sent again at once.
    private async Task Live(
        HubTransaction work, ReconciliationReport report, List<LivingDifference> living, IReadOnlyList<BookAnswer> answers,
        CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var roles = books.ToDictionary(book => book.Source, book => book.Role);
        var read = answers.OfType<BookAnswer.Read>().Select(answer => answer.Book.Source).ToHashSet();
        var changes = DifferenceLife.Step(living, report.Differences, read);
        var found = changes.Found.Select(one => (one, DifferenceLife.OwnerOf(one, roles.GetValueOrDefault(one.Source)))).ToList();
        var opened = await DifferenceStore.Open(work, found, report.ReconciliationId, now, cancellationToken);
        await DifferenceStore.See(work, changes.Seen, report.ReconciliationId, now, cancellationToken);
        await DifferenceStore.Close(work, changes.Gone, report.ReconciliationId, now, cancellationToken);
        var allowed = policies.On(HubCalendar.DayOf(now))?.Aid.SelfHeal ?? [];
        foreach (var (difference, one) in changes.Found.Zip(opened))
        {
            if (!DifferenceLife.HealsItself(difference, allowed))
                continue;
            var state = await DifferenceDesk.SendAgain(work, outbox, one, cancellationToken);
            await DifferenceStore.Move(work, one, state, "hub", "policy", now, cancellationToken);
        }
    }

    // One reading of the hub's book makes both trees: of all aid, and of what civil affairs was told.
    private async Task<(BookTree All, BookTree Told)> Trees(CancellationToken cancellationToken)
    {
        var (all, told) = (new BookTree(), new BookTree());
        await using var work = await database.Begin(cancellationToken);
        await AidBook.ForTree(
            work,
            (leaf, hash, amount, isTold) =>
            {
                all.Add(leaf, hash, amount);
                if (isTold)
                    told.Add(leaf, hash, amount);
            },
            cancellationToken);
        return (all, told);
    }

    private async Task<HashSet<string>> Failed(
        HubTransaction work, IReadOnlyList<string> aidIds, CancellationToken cancellationToken)
    {
        // The source key that CharityAidRecords gives an aid.
        var keys = aidIds.ToDictionary(aidId => aidId, aidId => keyring.Index("charity-aid", aidId));
        var failed = keys.Count == 0 ? [] : await OpenFailures.RecordsAmong(work, keys.Values, cancellationToken);
        return [.. aidIds.Where(aidId => failed.Contains(keys[aidId]))];
    }

    private static AuditFact FactOf(ReconciliationReport report) => new(
        "hub", "reconciliation.completed", report.ReconciliationId.ToString(),
        new
        {
            since = report.Since,
            until = report.Until,
            differences = report.Differences.Count,
            unexplained = report.Unexplained,
            digest = report.Digest(),
        });

    [LoggerMessage(
        LogLevel.Information, "Reconciled as {ReconciliationId}: {Differences} differences, {Unexplained} unexplained.")]
    private partial void LogReconciled(Guid reconciliationId, int differences, int unexplained);

    [LoggerMessage(LogLevel.Information, "Compared with the book of {Source}: {Nodes} places of the tree and {Lines} lines were read.")]
    private partial void LogRead(string source, long nodes, int lines);

    [LoggerMessage(LogLevel.Warning, "The book of {Source} could not be read: {Code}.")]
    private partial void LogUnreadable(string source, string code);
}
