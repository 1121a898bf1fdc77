using System.Text.Json;
using IntegrationHub.Audit;
using IntegrationHub.Contracts;
using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Contracts.Messages;
using IntegrationHub.Database;
using IntegrationHub.Identity;
using IntegrationHub.Intake;
using IntegrationHub.Outbox;
using IntegrationHub.Protection;
using IntegrationHub.Referrals;

namespace IntegrationHub.Pipeline;

/// <summary>Whom an organisation found, in the clear for as long as the call takes.</summary>
public sealed record FoundPerson(string Name, string IdNo, string? Phone, string? Note)
{
    public override string ToString() => "a person";
}

/// <summary>What an organisation reports, apart from who it is.</summary>
public sealed record ReverseReport
{
    /// <summary>Made once per report by the organisation and kept over retries.</summary>
    public required string Key { get; init; }
    public required string Kind { get; init; }
    public required string Channel { get; init; }
    public required string Basis { get; init; }
    public required string BasisEvidence { get; init; }
    public required string NeedKind { get; init; }

    /// <summary>Where the person lives.</summary>
    public required string Division { get; init; }
}

/// <summary>What civil affairs says to a report.</summary>
public sealed record ReverseAnswering(Guid ReverseId, string Answer, string? Reason, string By);

/// <summary>
/// The way from organisations to civil affairs (R25-R27, F11): who was found is sealed at once, addressed to the township
/// with a copy to the county, answered, and linked to referrals the other way so that nobody is sent to and fro.
/// </summary>
public sealed class ReverseDesk(HubDatabase database, MessageOutbox outbox, Keyring keyring, TimeProvider time)
{
    /// <summary>
    /// Takes a report and returns its id: the same again for the same key. The answer is the same whoever the person is.
    /// </summary>
    /// <exception cref="HubProblemException"><c>request.invalid</c>, <c>idempotency.mismatch</c>.</exception>
    public async Task<Guid> Raise(
        Caller caller, ReverseReport report, FoundPerson found, CancellationToken cancellationToken)
    {
        var addressees = Check(report, found);
        var reverseId = keyring.Index("reverse-referral", $"{caller.Uscc}|{report.Key}");
        await using var work = await database.Begin(cancellationToken);
        var body = keyring.Index("reverse-body", JsonSerializer.Serialize(new { report, found })).ToByteArray();
        var now = time.GetUtcNow();
        switch (await IdempotencyStore.Claim(work, caller.Uscc, $"reverse:{report.Key}", body, now, cancellationToken))
        {
            case IdempotencyClaim.Mismatch:
                throw new HubProblemException(
                    "idempotency.mismatch", "The Idempotency-Key was used for another report.", "Use a new key.");
            case IdempotencyClaim.Repeat:
                return reverseId;
        }

        var person = keyring.PersonKey("resident-id", found.IdNo);
        var keys = (await PersonBook.KeysOf(work, [person], cancellationToken))[person].Keys;
        var loop = await ReverseBook.OpenLoop(work, keys, report.NeedKind, cancellationToken);
        var forward = await ReverseBook.Forward(work, keys, report.NeedKind, cancellationToken);
        var raised = new ReverseReferral
        {
            ReverseId = reverseId,
            LoopId = loop ?? reverseId,
            FinderUscc = caller.Uscc,
            Kind = report.Kind,
            Channel = report.Channel,
            Basis = report.Basis,
            BasisEvidence = report.BasisEvidence,
            PersonKey = person,
            NeedKind = report.NeedKind,
            Addressees = addressees,
            OriginId = forward?.OriginId ?? forward?.ReferralId,
            RaisedAt = now,
        };
        var subjectKeys = await SubjectKeys.LoadOrAdd(work, keyring, [person], probablyNew: false, cancellationToken);
        var sealedBytes = Sealer.Seal(
            subjectKeys[person], JsonSerializer.SerializeToUtf8Bytes(found, JsonSerializerOptions.Web));
        await ReverseBook.Add(work, raised, sealedBytes, cancellationToken);
        await outbox.Send(
            work, new EventsRecorded { Events = [.. addressees.Select(addressee => Raised(raised, addressee))] }, cancellationToken);
        var detail = new
        {
            loopId = raised.LoopId, kind = raised.Kind, basis = raised.Basis, originId = raised.OriginId, addressees,
        };
        await Note(work, $"charity:{caller.Uscc}", "reverse-referral.raised", reverseId, detail, cancellationToken);
        await work.Commit(cancellationToken);
        return reverseId;
    }

    /// <summary>Answers the whole loop a report belongs to; each finder is told the answer's code and nothing else.</summary>
    /// <exception cref="HubProblemException"><c>reverse.not_found</c>, <c>reverse.answered</c>.</exception>
    public async Task<ReverseReferral> Answer(ReverseAnswering said, CancellationToken cancellationToken)
    {
        await using var work = await database.Begin(cancellationToken);
        var loop = await ReverseBook.Loop(work, said.ReverseId, cancellationToken);
        if (loop.Count == 0)
            throw NotFound();
        if (!ReverseRules.MayAnswer(loop[0].Answer, said.Answer, said.Reason))
            throw new HubProblemException(
                "reverse.answered", "This answer cannot be given now, or its reason is missing or not wanted.",
                "See hub reverse list; NOT_ELIGIBLE needs a reason, other answers have none.");
        var now = time.GetUtcNow();
        await ReverseBook.Answer(work, loop[0].LoopId, (said.Answer, said.Reason, said.By), now, cancellationToken);
        var events = loop.ConvertAll(one => Answered(one, said.Answer, now));
        await outbox.Send(work, new EventsRecorded { Events = events }, cancellationToken);
        await Note(
            work, $"operator:{said.By}", "reverse-referral.answered", loop[0].LoopId,
            new { answer = said.Answer, reports = loop.Count }, cancellationToken);
        await work.Commit(cancellationToken);
        return loop.Single(one => one.ReverseId == said.ReverseId) with
        {
            Answer = said.Answer, AnswerReason = said.Reason, AnsweredAt = now,
        };
    }

    /// <summary>Who was found, for the official who has to act on it; the look is on record.</summary>
    public async Task<FoundPerson> Reveal(Guid reverseId, string by, CancellationToken cancellationToken)
    {
        await using var work = await database.Begin(cancellationToken);
        var (person, sealedBytes) = await ReverseBook.Sealed(work, reverseId, cancellationToken) ?? throw NotFound();
        var keys = await SubjectKeys.Load(work, keyring, [person], cancellationToken);
        if (!keys.TryGetValue(person, out var key))
            throw NotFound(); // shredded: nobody can read it any more
        var found = JsonSerializer.Deserialize<FoundPerson>(Sealer.Open(key, sealedBytes), JsonSerializerOptions.Web)!; // written by Raise
        await Note(work, $"operator:{by}", "reverse-referral.revealed", reverseId, new { }, cancellationToken);
        await work.Commit(cancellationToken);
        return found;
    }

    private static IReadOnlyList<string> Check(ReverseReport report, FoundPerson found)
    {
        var addressees = ReverseRules.AddresseesOf(report.Division);
        var isPlain = ReverseRules.IsKind(report.Kind) && ReverseRules.IsChannel(report.Channel)
            && ReverseRules.IsBasis(report.Basis) && report.BasisEvidence is { Length: > 0 and <= 100 }
            && addressees.Count > 0 && found.Name is { Length: > 0 and <= 100 } && ResidentId.TryParse(found.IdNo, out _);
        return isPlain ? addressees : throw ReferralProblems.Invalid(
            "Kind, channel, basis with evidence, division, name and id number are needed as the contract says.");
    }

    private static HubEvent Raised(ReverseReferral report, string addressee) => ReferralEvents.Event(
        "reverse-referral.raised", DerivedId.Of(report.ReverseId, $"raised|{addressee}"), report.ReverseId, null,
        report.RaisedAt, new
        {
            reverseReferralId = report.ReverseId,
            originId = report.OriginId ?? (report.LoopId == report.ReverseId ? null : report.LoopId),
            finderUscc = report.FinderUscc,
            kind = report.Kind,
            discoveryChannel = report.Channel,
            basis = report.Basis,
            addresseeDivision = addressee,
        });

    // To the finder: the code, and neither the reason nor what else is known of the person.
    private static HubEvent Answered(ReverseReferral report, string answer, DateTimeOffset at) => ReferralEvents.Event(
        "reverse-referral.answered", DerivedId.Of(report.ReverseId, $"answered|{answer}"), report.ReverseId,
        report.FinderUscc, at, new
        {
            reverseReferralId = report.ReverseId,
            originId = (Guid?)null,
            finderUscc = report.FinderUscc,
            answer,
            forwardReferralId = (Guid?)null,
        });

    private static HubProblemException NotFound() => new(
        "reverse.not_found", "There is no such reverse referral.", "See hub reverse list.");

    private Task Note(
        HubTransaction work, string actor, string action, Guid subject, object detail, CancellationToken cancellationToken) =>
        AuditLog.Append(work, new AuditFact(actor, action, $"{subject}", detail), time, cancellationToken);
}
