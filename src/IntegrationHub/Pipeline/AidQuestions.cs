using IntegrationHub.Aid;
using IntegrationHub.Audit;
using IntegrationHub.Contracts;
using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Database;
using IntegrationHub.Disclosure;
using IntegrationHub.Identity;
using IntegrationHub.Policy;
using IntegrationHub.Protection;
using IntegrationHub.Referrals;

namespace IntegrationHub.Pipeline;

/// <summary>Whether somebody was aided already for a kind of need, and in which band. No more is ever said.</summary>
public sealed record AidAnswer(bool Aided, string Band)
{
    /// <summary>For a person nobody knows, one who did not agree, one who withdrew, and one who got nothing: no one can tell them apart.</summary>
    public static readonly AidAnswer No = new(false, "none");
}

/// <summary>
/// Answers "was this person aided already?" before a charity pays (F9), and never lets the question find out who is in
/// hardship (P21): whoever is asked about, the same statements run, the same row goes to the audit log and the same
/// bytes come back unless the person agreed and aid is on record. Who asks much, or much about one, is stopped.
/// </summary>
public sealed class AidQuestions(HubDatabase database, PolicyBook policies, IdentityStation identity, Keyring keyring, TimeProvider time)
{
    /// <summary>So many questions an organisation may ask in a minute; the next is probing and somebody is told.</summary>
    public const int MostOfOrganisation = 30;

    /// <summary>So many questions may be asked about one person in an hour, by all together.</summary>
    public const int MostAboutOne = 10;

    internal const string CountSql = """
        insert into pipeline.question as known (window_start, asked, count)
        select *, 1
          from unnest($1::timestamptz[], $2::text[])
            on conflict (asked, window_start) do update
           set count = known.count + 1
        returning asked, count
        """;

    internal const string ForgetSql = """
        delete from pipeline.question
         where window_start < $1
        """;

    /// <exception cref="HubProblemException"><c>exists.too_many</c>, the same for either limit.</exception>
    public async Task<AidAnswer> Ask(Caller caller, string idNo, string kind, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var person = identity.PersonKeyOf(idNo);
        if (!await MayAsk(caller, person, now, cancellationToken))
            throw new HubProblemException("exists.too_many", "Too many questions were asked.", "Wait, then ask about those you are about to help.");

        await using var work = await database.Begin(cancellationToken);
        var answer = await Answer(work, caller, person, kind, cancellationToken);
        // A name of its own for each asker and person: the log can be counted and says nobody's name.
        await AuditLog.Append(
            work,
            new AuditFact(caller.Uscc, "aid.asked", keyring.Pairwise(person, caller.Uscc).ToString(), new { kind, aided = answer.Aided, answer.Band }),
            time, cancellationToken);
        await work.Commit(cancellationToken);
        return answer;
    }

    // Counted in a transaction of its own: a question that fails later was asked all the same.
    private async Task<bool> MayAsk(Caller caller, Guid person, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var minute = new DateTimeOffset(now.UtcTicks - (now.UtcTicks % TimeSpan.TicksPerMinute), TimeSpan.Zero);
        var hour = new DateTimeOffset(now.UtcTicks - (now.UtcTicks % TimeSpan.TicksPerHour), TimeSpan.Zero);
        var about = keyring.Index("asked-about", person.ToString()).ToString();
        await using var work = await database.Begin(cancellationToken);
        var counts = (await work.Query(
            CountSql, [Parameter.As<DateTimeOffset[]>([minute, hour]), Parameter.As<string[]>([caller.Uscc, about])],
            row => (Asked: row.GetString(0), Count: row.GetInt32(1)), cancellationToken)).ToDictionary(row => row.Asked, row => row.Count);
        if (counts[caller.Uscc] == MostOfOrganisation + 1)
            await Alarm(work, caller, now, cancellationToken);
        await work.Commit(cancellationToken);
        return counts[caller.Uscc] <= MostOfOrganisation && counts[about] <= MostAboutOne;
    }

    private async Task Alarm(HubTransaction work, Caller caller, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var alert = new AidAlert
        {
            AlertId = AidAlert.IdOf(AlertType.Conflict, "exists.probing", $"{caller.Uscc}|{HubCalendar.DayOf(now):yyyy-MM-dd}"),
            Type = AlertType.Conflict,
            Code = "exists.probing",
            Records = [],
        };
        await AlertStore.Save(work, alert, "OPENED", policies.On(HubCalendar.DayOf(now))?.Version ?? "none", now, cancellationToken);
        await work.Execute(ForgetSql, [Parameter.Instant(now.AddDays(-2))], cancellationToken);
        await AuditLog.Append(work, new AuditFact(caller.Uscc, "aid.probing", alert.AlertId.ToString(), new { MostOfOrganisation }), time, cancellationToken);
    }

    // Every statement runs for everybody; what may not be told is thrown away at the end.
    private async Task<AidAnswer> Answer(HubTransaction work, Caller caller, Guid person, string kind, CancellationToken cancellationToken)
    {
        var need = new KnownNeed
        {
            NeedId = Guid.Empty,
            SourceKey = Guid.Empty,
            NeedRef = "",
            PersonKey = person,
            Kind = kind,
            Hardship = "",
            Ground = "",
            GovAidStatus = "",
            Division = "",
            Status = "",
            Priority = "",
        };
        var one = (await DisclosureCase.Load(
            work, [new DisclosureQuestion(DisclosureStep.Offer, need, caller.Uscc)], policies, time, cancellationToken)).Single();
        // It is about the person's consent and the organisation's standing, not about a need with its place and conditions.
        var decision = DisclosureRules.Decide(one.Request with
        {
            Division = one.Request.Recipient?.Areas is [var area, ..] ? area : "",
            NeedObjection = null,
        });
        var needs = await NeedsOfAid.Of(work, one.Person.Keys, [], cancellationToken);
        var charity = await AidLines.Charity(work, [.. needs.Select(known => known.ReferralId).OfType<Guid>()], cancellationToken);
        var pack = one.Request.Policy;
        var government = await AidLines.Government(work, one.Person.Keys, [], [.. pack?.Aid.GovKinds.Keys ?? []], cancellationToken);
        List<AidEntry> entries = pack is null ? [] :
        [
            .. government.Select(line => AidEntries.Of(line, one.Person.PersonKey, pack)),
            .. AidEntries.Of(charity, needs, _ => one.Person.PersonKey),
        ];
        var links = await LinkStore.Of(work, [.. entries.Select(entry => entry.Ref)], cancellationToken);
        return pack is null || !decision.Permitted ? AidAnswer.No : Of(entries, links, kind, pack);
    }

    private static AidAnswer Of(List<AidEntry> entries, List<KnownLink> links, string kind, PolicyPack pack)
    {
        var ledger = AidLedger.Fold(entries.Where(entry => entry.Kinds.Contains(kind)));
        if (!ledger.Counting.Any())
            return AidAnswer.No;
        var rulings = links.Where(link => link.Kind == LinkStore.SamePaymentKind && link.DecidedBy != LinkStore.Rule)
            .Select(link => new PairRuling(link.Left, link.Right, link.State == "LINK"));
        var pairs = SamePayment.Match(ledger.Positions, pack.DuplicateTolerance, pack.Aid.Payers, rulings);
        var sum = AidSums.Of(ledger, pairs, suspectsToo: true).Total;
        return new AidAnswer(true, sum > 0 ? pack.BandOf(sum) : "unknown");
    }
}
