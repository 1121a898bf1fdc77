using IntegrationHub.Aid;
using IntegrationHub.Audit;
using IntegrationHub.Consent;
using IntegrationHub.Contracts;
using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Database;
using IntegrationHub.Disclosure;
using IntegrationHub.Identity;
using IntegrationHub.Policy;
using IntegrationHub.Protection;
using IntegrationHub.Referrals;

namespace IntegrationHub.Pipeline.Rights;

/// <summary>Who asks, and why: every act about a named person has both.</summary>
public sealed record RightsOrder(PersonReference Person, string By, string Reason)
{
    /// <exception cref="HubProblemException">One of them is missing (<c>reason.missing</c>).</exception>
    public RightsOrder Checked() => By.Trim().Length > 0 && Reason.Trim().Length > 0
        ? this with { By = By.Trim(), Reason = Reason.Trim() }
        : throw new HubProblemException("reason.missing", "Who asks and why must be said.", "Give --by and --reason.");
}

/// <summary>
/// Makes the statement of a person. Nothing is opened for it, and that it was made is in the audit log: who asked, for
/// whom, why, and what it counted.
/// </summary>
public sealed class StatementDesk(HubDatabase database, PersonFinder finder, TimeProvider time)
{
    /// <exception cref="HubProblemException"><c>person.not_found</c>, <c>person.ambiguous</c> or <c>reason.missing</c>.</exception>
    public async Task<RightsStatement> Make(RightsOrder order, CancellationToken cancellationToken)
    {
        var (by, reason) = (order.Checked().By, order.Checked().Reason);
        await using var work = await database.Begin(cancellationToken);
        var person = await finder.Find(work, order.Person, cancellationToken);
        var statement = await Load(work, person, cancellationToken);
        if (statement is { Releases: [], Refusals: [], AnonymousOffers: [], Consents: [], Needs: [], GovernmentAid: [], Holdings.All: 0, ErasedAt: null })
            throw PersonFinder.NotFound();

        var detail = new
        {
            statementId = statement.StatementId,
            reason,
            releases = statement.Releases.Count,
            sends = statement.Sends,
            refusals = statement.Refusals.Count,
        };
        await AuditLog.Append(
            work, new AuditFact($"operator:{by}", "statement.made", $"{person.PersonKey}", detail), time, cancellationToken);
        await work.Commit(cancellationToken);
        return statement;
    }

    private async Task<RightsStatement> Load(HubTransaction work, PersonKeys person, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var needs = await PersonsNeeds.Of(work, person.Keys, cancellationToken);
        Guid[] referrals = [.. needs.Select(need => need.ReferralId).OfType<Guid>()];
        var releases = await DisclosureHistory.Releases(work, person.Keys, referrals, cancellationToken);
        var decisions = await DisclosureHistory.Decisions(work, person.Keys, referrals, cancellationToken);
        var aid = await PersonsAid.Charity(work, referrals, cancellationToken);
        var consents = (await ConsentLedger.EventsOf(work, person.Keys, cancellationToken)).Of(person.Keys).Events;
        var asMember = await DisclosureHistory.AsMember(work, person.Keys, cancellationToken);
        var notices = await NoticesOf(work, releases, cancellationToken);
        var names = await PersonsNeeds.Organisations(
            work, [.. releases.Select(one => one.Uscc), .. decisions.Select(one => one.Uscc), .. aid.Select(one => one.Uscc)],
            cancellationToken);
        var needOf = needs.Where(need => need.ReferralId is not null).ToDictionary(need => need.ReferralId!.Value, need => need.NeedRef);
        var decided = decisions.ToLookup(one => one.Permitted, DecisionOf);
        return new RightsStatement
        {
            StatementId = Guid.CreateVersion7(now),
            MadeAt = now,
            Releases = [.. releases.Select(ReleaseOf)],
            Refusals = [.. decided[false]],
            AnonymousOffers = [.. decided[true]],
            Consents = Stated(consents, now),
            Needs = [.. needs.Select(need => new StatedNeed(need.NeedRef, need.Kind, need.OpenedOn, need.State))],
            GovernmentAid = await PersonsAid.Government(work, person.Keys, cancellationToken),
            CharityAid = [.. aid.Select(one => new StatedAid(one, Named(one.Uscc)))],
            ErasedAt = await ErasedPeople.Since(work, person.Keys, cancellationToken),
            Holdings = await PersonHoldings.Of(work, person, HubCalendar.DayOf(now), cancellationToken),
        };

        StatedOrganisation Named(string uscc) => new(uscc, names.GetValueOrDefault(uscc));

        StatedDecision DecisionOf(PastDecision one) =>
            new(one.At, one.Step, Named(one.Uscc), one.Purpose, needOf.GetValueOrDefault(one.ReferralId), one.Reason);

        // A release about somebody else of the household is told of as far as it is about them.
        ToldAsMember? OfThem(ReleaseRow release) =>
            person.Keys.Contains(release.PersonKey) || needOf.ContainsKey(release.ReferralId)
                ? null
                : asMember.GetValueOrDefault(release.ReleaseId);

        StatedRelease ReleaseOf(ReleaseRow release) => new()
        {
            ReleaseId = release.ReleaseId,
            Recipient = Named(release.Uscc),
            At = release.ReleasedAt,
            Purpose = release.Purpose,
            NeedRef = needOf.GetValueOrDefault(release.ReferralId),
            Items = OfThem(release)?.Items ?? release.Items,
            ConsentId = OfThem(release)?.ConsentId ?? release.ConsentId,
            ConsentSequence = OfThem(release)?.ConsentSequence ?? release.ConsentSequence,
            Grant = GrantOf(
                OfThem(release)?.ConsentId ?? release.ConsentId, OfThem(release)?.ConsentSequence ?? release.ConsentSequence, consents),
            Sends = release.Sends,
            Digest = Convert.ToHexStringLower(release.Digest),
            Notices = [.. notices[release.ReleaseId]],
        };
    }

    private static async Task<ILookup<Guid, StatedNotice>> NoticesOf(
        HubTransaction work, List<ReleaseRow> releases, CancellationToken cancellationToken)
    {
        Guid[] ids = [.. releases.Select(release => release.ReleaseId)];
        var recalls = await RecallBook.OfReleases(work, ids, cancellationToken);
        var corrections = await CorrectionBook.OfReleases(work, ids, cancellationToken);
        return recalls.Select(one => (one.ReleaseId, Notice: new StatedNotice("RECALL", one.IssuedAt, one.AckedAt)))
            .Concat(corrections.Select(one => (one.ReleaseId, Notice: new StatedNotice("CORRECTION", one.IssuedAt, one.AckedAt))))
            .OrderBy(one => one.Notice.At)
            .ToLookup(one => one.ReleaseId, one => one.Notice);
    }

    // The newest giving up to the sequence the release rested on.
    private static StatedGrant? GrantOf(string consentId, int sequence, IReadOnlyList<ConsentEvent> consents) => consents
        .Where(told => told.ConsentId == consentId && told.Sequence <= sequence
            && told.Type is ConsentEventType.Given or ConsentEventType.Renewed)
        .OrderByDescending(told => told.Sequence)
        .Select(told => new StatedGrant(told.EffectiveAt, told.Capacity, told.NoticeId, told.NoticeVersion))
        .FirstOrDefault();

    private static List<StatedConsent> Stated(IReadOnlyList<ConsentEvent> events, DateTimeOffset now)
    {
        var standing = ConsentFold.Fold(events, now).ToDictionary(state => state.ConsentId, state => state.Standing);
        return
        [
            .. events.GroupBy(told => told.ConsentId).OrderBy(consent => consent.Key, StringComparer.Ordinal)
                .Select(consent => new StatedConsent(
                    consent.Key, [.. consent.OrderBy(told => told.Sequence)],
                    standing.GetValueOrDefault(consent.Key, ConsentStanding.NotGiven))),
        ];
    }
}
