using IntegrationHub.Aid;
using IntegrationHub.Database;
using IntegrationHub.Disclosure;
using IntegrationHub.Failures;
using IntegrationHub.Intake;
using IntegrationHub.Outbox;
using IntegrationHub.Reconciliation;
using IntegrationHub.Referrals;
using IntegrationHub.Subscriptions;

namespace IntegrationHub.Web.Endpoints;

/// <summary>The state of the hub on one page: counts and codes, no person.</summary>
internal static class Overview
{
    // Newest runs to look among for the last one of each source.
    private const int Recent = 20;

    public static void MapOverview(this IEndpointRouteBuilder ops) => ops.MapGet("/overview", Read);

    private static async Task<IResult> Read(
        HubDatabase database, TimeProvider time, CancellationToken cancellationToken)
    {
        await using var work = await database.Begin(cancellationToken);
        var counts = await ReferralReading.Counts(work, cancellationToken);
        return Results.Ok(new
        {
            now = time.GetUtcNow(),
            runs = await LastRuns(work, cancellationToken),
            referrals = counts.Select(count => new { state = count.Key, count = count.Value }),
            waiting = await Waiting(work, cancellationToken),
            recalls = await RecallBook.Counts(work, time.GetUtcNow(), cancellationToken),
            corrections = await CorrectionBook.Counts(work, time.GetUtcNow(), cancellationToken),
            reconciliation = await LastReconciliation(work, cancellationToken),
        });
    }

    private static async Task<List<object>> LastRuns(HubTransaction work, CancellationToken cancellationToken)
    {
        var runs = new List<object>();
        var recent = await RunStore.Recent(work, Recent, cancellationToken);
        foreach (var run in recent.DistinctBy(run => run.Source).OrderByDescending(run => run.Source))
        {
            runs.Add(new
            {
                run.RunId,
                run.Source,
                run.AsOf,
                run.State,
                seconds = run.FinishedAt is { } finished
                    ? Math.Round((finished - run.StartedAt).TotalSeconds, 1)
                    : (double?)null,
                run.ProblemCode,
                files = await FileStore.Accounts(work, run.RunId, cancellationToken),
            });
        }

        return runs;
    }

    private static async Task<object> Waiting(HubTransaction work, CancellationToken cancellationToken)
    {
        var (unsent, unconsumed) = await MessageOutbox.Waiting(work, cancellationToken);
        return new
        {
            chunks = await ChunkStore.Waiting(work, cancellationToken),
            outbox = unsent + unconsumed,
            deliveries = await DeliveryStore.Waiting(work, cancellationToken),
            pushes = await AidStore.Unreported(work, cancellationToken),
            failures = await FailureStore.Open(work, cancellationToken),
        };
    }

    // The differences themselves are for `hub reconcile show`; there may be many.
    private static async Task<object?> LastReconciliation(HubTransaction work, CancellationToken cancellationToken) =>
        await ReconciliationStore.Last(work, cancellationToken) is { } last
            ? new
            {
                last.ReconciliationId,
                last.Since,
                last.Until,
                last.Offers,
                last.Accepted,
                last.Declined,
                last.Released,
                last.Refused,
                last.AidRecords,
                differences = last.Differences.Count,
                last.Unexplained,
            }
            : null;
}
