using IntegrationHub.Aid;
using IntegrationHub.Audit;
using IntegrationHub.Contracts.Messages;
using IntegrationHub.Database;
using IntegrationHub.Identity;
using IntegrationHub.Outbox;
using IntegrationHub.Policy;
using IntegrationHub.Protection;
using IntegrationHub.Referrals;

namespace IntegrationHub.Pipeline;

/// <summary>
/// Looks at all aid of some people and of those who live with them: which payments are one, who was helped twice for the
/// same, what is more than it costs (R03, R06). What it finds are links and alerts; it changes no record and stops
/// nothing (R04). What has no cause any more is closed with the reason.
/// </summary>
public sealed class AidReview(MessageOutbox outbox, PolicyBook policies, Keyring keyring, TimeProvider time)
{
    internal const string LockSql = """
        select pg_advisory_xact_lock(hashtextextended(name, 7110013))
          from (select name from unnest($1::text[]) as asked (name) order by name) as ordered
        """;

    /// <summary>Judges the aid of these people, and of those these aids were given to.</summary>
    public async Task<AidFindings?> Review(
        HubTransaction work, IReadOnlyCollection<Guid> people, IReadOnlyCollection<string> aidIds, CancellationToken cancellationToken)
    {
        var asked = people.ToHashSet();
        if (aidIds.Count > 0)
        {
            var referrals = await AidLines.ReferralsOf(work, aidIds, cancellationToken);
            asked.UnionWith((await NeedsOfAid.OfReferrals(work, referrals, cancellationToken)).Select(need => need.PersonKey));
        }

        if (asked.Count == 0 || policies.On(HubCalendar.DayOf(time.GetUtcNow())) is not { } pack)
            return null;
        var known = await Load(work, asked, pack, cancellationToken);
        var findings = AidReviewRules.Judge(known.Case, pack);
        await Save(work, known, findings, pack, cancellationToken);
        return findings;
    }

    /// <summary>All that is known of some people's aid, as it is judged.</summary>
    internal async Task<LoadedAid> Load(
        HubTransaction work, IReadOnlyCollection<Guid> people, PolicyPack pack, CancellationToken cancellationToken)
    {
        var persons = await PersonBook.KeysOf(work, people, cancellationToken);
        Guid[] keys = [.. persons.Values.SelectMany(person => person.Keys).Distinct()];
        var theirs = await NeedsOfAid.Of(work, keys, [], cancellationToken);
        string[] households = [.. theirs.Select(need => need.HouseholdRef).OfType<string>().Distinct()];
        // Two looks at one household queue here, so that neither decides on half of what the other writes.
        await work.Query(
            LockSql, [Parameter.As(households.Concat(keys.Select(key => key.ToString())).ToArray())], _ => true, cancellationToken);

        var needs = households.Length == 0 ? theirs : await NeedsOfAid.Of(work, keys, households, cancellationToken);
        var charity = await AidLines.Charity(
            work, [.. needs.Select(need => need.ReferralId).OfType<Guid>()], cancellationToken);
        var government = await AidLines.Government(work, keys, households, [.. pack.Aid.GovKinds.Keys], cancellationToken);
        var everybody = await PersonBook.KeysOf(
            work, [.. keys.Concat(needs.Select(need => need.PersonKey)).Concat(government.Select(line => line.PersonKey)).Distinct()],
            cancellationToken);
        Guid PersonOf(Guid key) => everybody[key].PersonKey;

        List<AidEntry> entries =
        [
            .. government.Select(line => AidEntries.Of(line, PersonOf(line.PersonKey), pack)),
            .. AidEntries.Of(charity, needs, PersonOf),
        ];
        var links = await LinkStore.Of(work, [.. entries.Select(entry => entry.Ref)], cancellationToken);
        var funds = entries.Select(entry => entry.FundId).OfType<string>().Distinct().ToList();
        return new LoadedAid(
            new AidCase
            {
                Entries = entries,
                Needs = [.. needs.Select(need => AidEntries.CostOf(need, PersonOf(need.PersonKey)))],
                Stages =
                [
                    .. needs.Where(need => need.Circumstances.EducationStage is not null && need.OpenedOn is not null)
                        .Select(need => new StagedNeed(
                            need.NeedId, PersonOf(need.PersonKey), need.Circumstances.EducationStage!, need.OpenedOn!.Value)), // filtered just before
                ],
                Rulings =
                [
                    .. links.Where(link => link.Kind == LinkStore.SamePaymentKind && link.DecidedBy != LinkStore.Rule)
                        .OrderBy(link => link.DecidedAt).Select(link => new PairRuling(link.Left, link.Right, link.State == "LINK")),
                ],
                Complements = links.Where(link => link is { Kind: LinkStore.ComplementKind, State: "LINK" })
                    .Select(link => (link.Left, link.Right)).ToHashSet(),
                Gifts = await AidLines.Gifts(work, funds, cancellationToken),
                Levels = await NeedsOfAid.Levels(work, [.. charity.Select(aid => aid.Uscc)], cancellationToken),
            },
            links, [.. everybody.Values.SelectMany(person => person.Keys).Distinct()]);
    }

    private async Task Save(
        HubTransaction work, LoadedAid known, AidFindings findings, PolicyPack pack, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await LinkStore.Keep(work, findings.Pairs, known.Links, pack.Version, now, cancellationToken);
        var open = await AlertStore.Open(
            work, known.Keys, [.. findings.Ledger.Positions.Select(position => position.Ref)],
            [.. known.Case.Gifts.Select(gift => AidReviewRules.FundAlertId($"{gift.Uscc}/{gift.FundId}"))], cancellationToken);
        var changes = AlertFold.Step(
            [.. open.Select(one => one.Alert)], findings.Alerts, findings.Ledger, findings.Pairs, known.Case.Complements);
        var events = new List<HubEvent>();
        foreach (var alert in changes.Opened)
            events.AddRange(AidEvents.Of(alert, await AlertStore.Save(work, alert, "OPENED", pack.Version, now, cancellationToken), keyring, now));
        foreach (var alert in changes.Changed)
            events.AddRange(AidEvents.Of(alert, await AlertStore.Save(work, alert, "CHANGED", pack.Version, now, cancellationToken), keyring, now));
        foreach (var (alert, reason) in changes.Closed)
            await AlertStore.Close(work, alert.AlertId, reason, now, cancellationToken);
        if (events.Count > 0)
            await outbox.Send(work, new EventsRecorded { Events = events }, cancellationToken);
        if (changes.Opened.Count + changes.Changed.Count + changes.Closed.Count > 0)
            await AuditLog.Append(work, FactOf(changes, pack), time, cancellationToken);
    }

    private static AuditFact FactOf(AlertChanges changes, PolicyPack pack) => new(
        "hub", "aid.reviewed", "aid",
        new
        {
            opened = changes.Opened.Select(alert => alert.AlertId),
            changed = changes.Changed.Select(alert => alert.AlertId),
            closed = changes.Closed.Select(one => new { one.Alert.AlertId, one.Reason }),
            policyVersion = pack.Version,
        });
}

/// <summary>An <see cref="AidCase"/> with the links it was read with and all keys of the people it is about.</summary>
internal sealed record LoadedAid(AidCase Case, IReadOnlyList<KnownLink> Links, IReadOnlyList<Guid> Keys);
