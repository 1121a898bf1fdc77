using IntegrationHub.Aid;
using IntegrationHub.Audit;
using IntegrationHub.Briefing;
using IntegrationHub.Database;
using IntegrationHub.Identity;
using IntegrationHub.Intake;
using IntegrationHub.Policy;
using IntegrationHub.Reconciliation;
using IntegrationHub.Referrals;

namespace IntegrationHub.Pipeline;

/// <summary>Makes the briefing of a stretch of days (R18) and the disclosure of projects (R51) from what is on record now.</summary>
public sealed class BriefingDesk(HubDatabase database, PolicyBook policies, TimeProvider time)
{
    private const int CountyDigits = 6;
    private const string NoCategory = "LI0";

    /// <summary>The briefing of these days; both are inside. It is written to the audit log with its digest.</summary>
    public async Task<BriefingReport> Make(DateOnly from, DateOnly to, string by, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var pack = policies.Require(HubCalendar.DayOf(now));
        await using var work = await database.Begin(cancellationToken);
        var (since, until) = (StartOf(from), StartOf(to.AddDays(1)));
        var needs = await NeedCounts.Needs(work, from, to, cancellationToken);
        var aid = await AidOf(work, needs, cancellationToken);
        var counted = await Counted(work, needs, aid, HubCalendar.DayOf(now), cancellationToken);
        var (tables, unmet) = BriefingRules.Count(counted, pack.SmallCell);
        var times = ReferralTimes.Summary([.. await ReferralTimes.Between(work, since, until, cancellationToken)]);
        var newest = await SourceAges.Newest(work, cancellationToken);
        var report = new BriefingReport
        {
            From = from,
            To = to,
            MadeAt = now,
            SmallCell = pack.SmallCell,
            PolicyVersion = pack.Version,
            Tables = tables,
            Unmet = unmet,
            Times =
            [
                .. times.Select(way => way.Count < pack.SmallCell
                    ? new BriefingTime(way.Way, null, null, null)
                    : new BriefingTime(way.Way, way.Count, way.MedianHours, way.SlowHours)),
            ],
            Participation = await Participation(work, since, until, counted, pack.SmallCell, cancellationToken),
            Open = await Open(work, now, cancellationToken),
            Freshness = Freshness.Of(newest.Keys, newest, now, pack.FreshnessHours),
        };
        await AuditLog.Append(
            work, new AuditFact($"operator:{by}", "briefing.made", $"{from:yyyy-MM-dd}..{to:yyyy-MM-dd}", new { digest = report.Digest() }), time,
            cancellationToken);
        await work.Commit(cancellationToken);
        return report;
    }

    /// <summary>Amounts and numbers by project, for the public.</summary>
    public async Task<IReadOnlyList<ProjectSum>> Disclose(
        DateOnly from, DateOnly to, string? campaign, string by, CancellationToken cancellationToken)
    {
        var pack = policies.Require(HubCalendar.DayOf(time.GetUtcNow()));
        await using var work = await database.Begin(cancellationToken);
        var sums = await ProjectSums.Of(work, from, to, campaign, pack.SmallCell, cancellationToken);
        await AuditLog.Append(
            work, new AuditFact($"operator:{by}", "disclosure.made", $"{from:yyyy-MM-dd}..{to:yyyy-MM-dd}", new { projects = sums.Count, campaign }), time,
            cancellationToken);
        await work.Commit(cancellationToken);
        return sums;
    }

    private static async Task<Dictionary<Guid, (decimal Amount, bool IsAided)>> AidOf(
        HubTransaction work, List<ToCount> needs, CancellationToken cancellationToken)
    {
        var referrals = needs.Select(need => need.ReferralId).OfType<Guid>().ToList();
        var aids = await AidLines.Charity(work, referrals, cancellationToken);
        var ledger = AidLedger.Fold(AidEntries.Of(aids, [], key => key));
        return ledger.Counting.Where(position => position.Entry.ReferralId is not null)
            .GroupBy(position => position.Entry.ReferralId!.Value) // filtered just before
            .ToDictionary(
                group => group.Key,
                group => (group.Where(position => !position.IsPurchased).Sum(position => position.Net), true));
    }

    private static async Task<List<CountedNeed>> Counted(
        HubTransaction work, List<ToCount> needs, Dictionary<Guid, (decimal Amount, bool IsAided)> aid, DateOnly day,
        CancellationToken cancellationToken)
    {
        var people = await PersonBook.KeysOf(work, [.. needs.Select(need => need.PersonKey).Distinct()], cancellationToken);
        var categories = await PersonBook.Recognitions(work, people.Values, day, cancellationToken);
        return needs.ConvertAll(need =>
        {
            var given = need.ReferralId is { } id ? aid.GetValueOrDefault(id) : default;
            return new CountedNeed(
                need.Division[..Math.Min(CountyDigits, need.Division.Length)],
                categories[people[need.PersonKey].PersonKey].Select(one => one.Category).Order(StringComparer.Ordinal).FirstOrDefault() ?? NoCategory,
                need.Kind, OutcomeOf(need, given.IsAided) is BriefingOutcome.Waiting ? "" : need.Uscc ?? "", need.Channel,
                OutcomeOf(need, given.IsAided), given.Amount);
        });
    }

    private static string OutcomeOf(ToCount need, bool isAided) =>
        isAided ? BriefingOutcome.Aided
        : need.State switch
        {
            ReferralState.Offered => BriefingOutcome.Offered,
            { } state when ReferralStates.HasOrganisation(state) => BriefingOutcome.Accepted,
            ReferralState.Completed => BriefingOutcome.Accepted,
            ReferralState.Cancelled or ReferralState.Withdrawn or ReferralState.Superseded or ReferralState.EnteredInError => BriefingOutcome.Ended,
            _ => need.Status == "OPEN" ? BriefingOutcome.Waiting : BriefingOutcome.Ended,
        };

    private static async Task<IReadOnlyList<ParticipationRow>> Participation(
        HubTransaction work, DateTimeOffset since, DateTimeOffset until, List<CountedNeed> counted, int smallest,
        CancellationToken cancellationToken)
    {
        var amounts = counted.GroupBy(need => need.Organisation).ToDictionary(group => group.Key, group => group.Sum(need => need.Amount));
        var offers = await NeedCounts.Offers(work, since, until, cancellationToken);
        return BriefingRules.Participation(
            [
                .. offers.Select(one => new CountedParticipation(
                    one.Uscc, one.Name, one.Offers, one.Accepted, one.Declined, one.Lapsed, amounts.GetValueOrDefault(one.Uscc))),
            ],
            smallest);
    }

    // Differences and alerts are about records, so their numbers point at nobody.
    private static async Task<IReadOnlyList<OpenRow>> Open(HubTransaction work, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var differences = await DifferenceStore.Ages(work, now, cancellationToken);
        var alerts = await AlertStore.Ages(work, now, cancellationToken);
        return
        [
            .. differences.Select(one => new OpenRow(one.Owner, one.Class, one.Day, one.Week, one.Older)),
            .. alerts.Select(one => new OpenRow("civil-affairs", one.Code, one.Day, one.Week, one.Older)),
        ];
    }

    private static DateTimeOffset StartOf(DateOnly day) => HubCalendar.InstantOf(day.ToDateTime(TimeOnly.MinValue));
}
