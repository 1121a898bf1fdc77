using IntegrationHub.Audit;
using IntegrationHub.Consent;
using IntegrationHub.Contracts.Messages;
using IntegrationHub.Database;
using IntegrationHub.Disclosure;
using IntegrationHub.Identity;
using IntegrationHub.Outbox;
using IntegrationHub.Policy;
using IntegrationHub.Referrals;
using Microsoft.Extensions.Options;

namespace IntegrationHub.Pipeline;

/// <summary>
/// Looks again at what was released about some people and tells exactly those who received it what to delete (P7,
/// scenario 2) and what has another value now (P12), whatever became of the referral. The releases stay as they are.
/// </summary>
public sealed class ReleaseReview(
    ReleaseOffice office, MessageOutbox outbox, PolicyBook policies, IOptions<ClaimOptions> options, TimeProvider time)
{
    private const string Actor = "hub";

    /// <summary>Issues what is due, once, in the open transaction.</summary>
    public async Task Review(
        HubTransaction work, IReadOnlyCollection<PersonKeys> persons, CancellationToken cancellationToken)
    {
        Guid[] keys = [.. persons.SelectMany(person => person.Keys).Distinct()];
        var releases = await ReleaseStore.LockOfPeople(work, keys, cancellationToken);
        if (releases.Count == 0)
            return;
        var now = time.GetUtcNow();
        Guid[] ids = [.. releases.Select(release => release.ReleaseId)];
        var recalls = await RecallBook.OfReleases(work, ids, cancellationToken);
        // After the lock: what was withdrawn while it was waited for is seen.
        var ledger = await ConsentLedger.EventsOf(work, keys, cancellationToken);
        var consents = persons.SelectMany(person => ledger.Of(person.Keys).Events).ToLookup(told => told.ConsentId);
        var members = await ReleaseStore.MembersOf(work, keys, cancellationToken);
        var policy = policies.On(HubCalendar.DayOf(now));
        var issued = RecallsDue(releases, recalls.ToLookup(recall => recall.ReleaseId), Due);
        await RecallBook.Add(work, issued, cancellationToken);
        var own = releases.Where(release => keys.Contains(release.PersonKey)).ToList();
        var standing = CorrectionRules.Standing(own, recalls.Concat(issued).ToLookup(recall => recall.ReleaseId));
        var corrected = await CorrectionsDue(work, persons, own, standing, cancellationToken);
        await CorrectionBook.Add(work, corrected, cancellationToken);
        await Tell(work, issued, corrected, cancellationToken);

        RecallOrder? Due(ReleaseRow release, IReadOnlyCollection<string> recalled) =>
            (keys.Contains(release.PersonKey)
                ? RecallRules.Decide(release, consents[release.ConsentId], recalled, policy, now)
                : null)
            ?? members[release.ReleaseId]
                .Select(told => RecallRules.DecideMember(release, told, consents[told.ConsentId], recalled, policy, now))
                .FirstOrDefault(order => order is not null);
    }

    /// <summary>Calls back all that was released under a referral that should never have been one.</summary>
    public async Task RecallAll(HubTransaction work, Guid referralId, CancellationToken cancellationToken)
    {
        var releases = await ReleaseStore.OfReferrals(work, [referralId], cancellationToken);
        var recalls = await RecallBook.OfReleases(work, [.. releases.Select(one => one.ReleaseId)], cancellationToken);
        var issued = RecallsDue(releases, recalls.ToLookup(recall => recall.ReleaseId), (release, recalled) =>
            release.Items.Except(recalled).ToList() is { Count: > 0 } left
                ? new RecallOrder(left, RecallReason.InError)
                : null);
        await RecallBook.Add(work, issued, cancellationToken);
        await Tell(work, issued, [], cancellationToken);
    }

    private List<RecallRow> RecallsDue(
        IReadOnlyList<ReleaseRow> releases, ILookup<Guid, RecallRow> before,
        Func<ReleaseRow, IReadOnlyCollection<string>, RecallOrder?> due)
    {
        var now = time.GetUtcNow();
        var issued = new List<RecallRow>();
        foreach (var release in releases)
        {
            var earlier = before[release.ReleaseId].ToList();
            if (due(release, [.. earlier.SelectMany(recall => recall.Items)]) is not { } order)
                continue;
            issued.Add(new RecallRow
            {
                RecallId = DerivedId.Of(release.ReleaseId, earlier.Count == 0 ? "recall" : $"recall|{earlier.Count}"),
                ReleaseId = release.ReleaseId,
                ReferralId = release.ReferralId,
                Uscc = release.Uscc,
                Items = order.Items,
                Reason = order.Reason,
                IssuedAt = now,
                Deadline = now + options.Value.TimeToDelete,
            });
        }

        return issued;
    }

    private async Task<List<CorrectionRow>> CorrectionsDue(
        HubTransaction work, IReadOnlyCollection<PersonKeys> persons, IReadOnlyList<ReleaseRow> releases,
        Dictionary<Guid, HashSet<string>> standing, CancellationToken cancellationToken)
    {
        var open = releases.Where(one => standing[one.ReleaseId].Count > 0 && one.ItemDigests.Count > 0).ToList();
        if (open.Count == 0)
            return [];
        var told = (await CorrectionBook.OfReleases(work, [.. open.Select(one => one.ReleaseId)], cancellationToken))
            .ToLookup(correction => correction.ReleaseId);
        var referrals = await ReferralStore.Find(
            work, [.. open.Select(one => one.ReferralId).Distinct()], cancellationToken);
        var needs = await NeedBook.Load(
            work, [.. referrals.Values.Select(referral => referral.NeedId).Distinct()], cancellationToken);
        var corrected = new List<CorrectionRow>();
        foreach (var release in open)
        {
            var (referral, person) = (referrals[release.ReferralId], persons.First(one => one.Keys.Contains(release.PersonKey)));
            var file = await SealedFiles.Of(work, person, needs[referral.NeedId], cancellationToken);
            if (await office.DigestsNow(work, release, file, cancellationToken) is not { } now)
                continue;
            var earlier = told[release.ReleaseId].ToList();
            if (CorrectionRules.Decide(release, standing[release.ReleaseId], earlier, now) is { } order)
                corrected.Add(RowOf(release, referral, order, earlier.Count));
        }

        return corrected;
    }

    private CorrectionRow RowOf(ReleaseRow release, Referral referral, CorrectionOrder order, int earlier)
    {
        var now = time.GetUtcNow();
        return new CorrectionRow
        {
            CorrectionId = DerivedId.Of(release.ReleaseId, $"correction|{earlier}"),
            ReleaseId = release.ReleaseId,
            ReferralId = release.ReferralId,
            Uscc = release.Uscc,
            Items = order.Items,
            ItemDigests = order.Digests,
            Claimable = referral.Attempt == release.Attempt && referral.Uscc == release.Uscc
                && ReferralStates.HasOrganisation(referral.State),
            IssuedAt = now,
            Deadline = now + options.Value.TimeToCorrect,
        };
    }

    private async Task Tell(
        HubTransaction work, IReadOnlyList<RecallRow> recalls, IReadOnlyList<CorrectionRow> corrections,
        CancellationToken cancellationToken)
    {
        if (recalls.Count + corrections.Count == 0)
            return;
        List<HubEvent> events = [.. recalls.Select(NoticeEvents.Issued), .. corrections.Select(NoticeEvents.Issued)];
        await outbox.Send(work, new EventsRecorded { Events = events }, cancellationToken);
        foreach (var recall in recalls)
        {
            var detail = new { releaseId = recall.ReleaseId, uscc = recall.Uscc, items = recall.Items, reason = recall.Reason };
            await AuditLog.Append(
                work, new AuditFact(Actor, "recall.issued", $"{recall.RecallId}", detail), time, cancellationToken);
        }

        foreach (var correction in corrections)
        {
            var detail = new { releaseId = correction.ReleaseId, uscc = correction.Uscc, items = correction.Items };
            await AuditLog.Append(
                work, new AuditFact(Actor, "correction.issued", $"{correction.CorrectionId}", detail), time, cancellationToken);
        }
    }
}
