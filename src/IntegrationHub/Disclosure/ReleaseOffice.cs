using System.Security.Cryptography;
using System.Text.Json;
using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Database;
using IntegrationHub.Protection;
using IntegrationHub.Telemetry;

namespace IntegrationHub.Disclosure;

/// <summary>Whose claim this is and which referral it answers.</summary>
public sealed record ReleaseOrder(Guid ReferralId, int Attempt, Guid PersonKey, string Uscc)
{
    /// <summary>The claim it is fetched under: within one claim the same bytes are the same release.</summary>
    public Guid? ClaimId { get; init; }
}

/// <summary>What is sealed about the subject of a claim; null where the hub holds nothing.</summary>
/// <param name="Subject">The person, and the household where they live in it.</param>
/// <param name="Need">The need's words.</param>
/// <param name="NeedSealedFor">The key the need was filed and sealed under: the person's, or an alias of it.</param>
public sealed record SealedFile(SealedSubject? Subject, byte[]? Need, Guid NeedSealedFor)
{
    /// <summary>What is sealed about the others of the household.</summary>
    public IReadOnlyList<SealedSubject> Members { get; init; } = [];
}

/// <summary>How a claim ended.</summary>
public abstract record ReleaseOutcome
{
    private ReleaseOutcome() { }

    /// <summary>
    /// The bytes to send, and the record that proves them. <paramref name="IsRepeat"/>: these very bytes were sent
    /// before.
    /// </summary>
    public sealed record Released(byte[] Body, ReleaseRow Record, bool IsRepeat) : ReleaseOutcome
    {
        public override string ToString() => $"Released {Record.ReleaseId}"; // the body holds an identity
    }

    public sealed record Refused(DisclosureDecision Decision) : ReleaseOutcome;
}

/// <summary>
/// The only code that opens sealed identity for an outside party. It decides first, and writes the decision and the
/// proof in the transaction of the answer: if they cannot be written, nothing leaves.
/// </summary>
public sealed class ReleaseOffice(Keyring keyring, HubMetrics metrics)
{
    public async Task<ReleaseOutcome> Release(
        HubTransaction work, ReleaseOrder order, DisclosureRequest request, SealedFile file,
        CancellationToken cancellationToken)
    {
        if ((request.Subject?.PersonKey ?? order.PersonKey) != order.PersonKey
            || (file.Subject?.PersonKey ?? order.PersonKey) != order.PersonKey)
            throw new InvalidOperationException(
                $"Referral {order.ReferralId} was decided about one person and opened for another.");

        var decision = DisclosureRules.Decide(request);
        var opened = decision.Permitted ? await Open(work, request.Relation, decision, file, cancellationToken) : Opened.Nothing;
        var facts = DisclosureFacts.Of(request);
        if (decision.Permitted && opened.Values.Count == 0)
        {
            decision = decision.Refuse(ReasonCode.ItemsEmpty);
            facts = facts with { NothingHeld = true };
        }

        metrics.Decided(DecisionStore.NameOf(request.Step), decision.Reason);

        var row = RowOf(order, request, decision) with { Facts = facts };
        var decisionId = (await DecisionStore.Add(work, [row], request.At, cancellationToken)).Single();
        return decision.Permitted
            ? await Prove(work, order, Draft(row, decisionId, request.At, opened), opened, cancellationToken)
            : new ReleaseOutcome.Refused(decision);
    }

    /// <summary>
    /// The digests that the items of a release have now, for comparison with those it was made with; an item without a
    /// value any more has one too. Null where nothing can be opened: of a shredded person nothing is corrected.
    /// </summary>
    internal async Task<IReadOnlyDictionary<string, Guid>?> DigestsNow(
        HubTransaction work, ReleaseRow release, SealedFile file, CancellationToken cancellationToken)
    {
        var given = new DisclosureDecision
        {
            Permitted = true,
            Reason = ReasonCode.Permit,
            Effective = release.Items,
            PolicyVersion = release.PolicyVersion,
        };
        var values = (await Open(work, null, given, file, cancellationToken)).Values;
        return values.Count == 0 ? null : release.Items.ToDictionary(
            item => item, item => DigestOf(release.ReleaseId, item, values.GetValueOrDefault(item, "")));
    }

    // Sent again is only what is the same to the byte; anything else is a new disclosure with its own record.
    private async Task<ReleaseOutcome> Prove(
        HubTransaction work, ReleaseOrder order, ReleaseRow draft, Opened opened, CancellationToken cancellationToken)
    {
        if (await ReleaseStore.Latest(work, order, draft.Items, cancellationToken) is { } before)
        {
            var repeated = draft with { ReleaseId = before.ReleaseId, ReleasedAt = before.ReleasedAt };
            var again = ReleaseBody.Write(repeated, opened.Values, opened.Household);
            if (SHA256.HashData(again).AsSpan().SequenceEqual(before.Digest))
            {
                await ReleaseStore.SentAgain(work, before.ReleaseId, cancellationToken);
                return new ReleaseOutcome.Released(again, before with { Sends = before.Sends + 1 }, IsRepeat: true);
            }

            Array.Clear(again);
        }

        var body = ReleaseBody.Write(draft, opened.Values, opened.Household);
        var release = draft with
        {
            Digest = SHA256.HashData(body),
            ClaimId = order.ClaimId,
            ItemDigests = [.. draft.Items.Select(item => DigestOf(draft.ReleaseId, item, opened.Values[item]))],
        };
        await ReleaseStore.Add(work, release, cancellationToken);
        return new ReleaseOutcome.Released(body, release, IsRepeat: false);
    }

    // Keyed, and another for every release: equal values of two releases do not look equal.
    private Guid DigestOf(Guid releaseId, string item, string value) =>
        keyring.Index("release-item", $"{releaseId:N}|{item}|{value}");

    private static DecisionRow RowOf(ReleaseOrder order, DisclosureRequest request, DisclosureDecision decision) =>
        new()
        {
            Step = request.Step,
            ReferralId = order.ReferralId,
            Attempt = order.Attempt,
            PersonKey = order.PersonKey,
            Uscc = order.Uscc,
            Purpose = request.Purpose,
            Requested = request.Items,
            Decision = decision,
        };

    private static ReleaseRow Draft(
        DecisionRow row, long decisionId, DateTimeOffset at, Opened opened) => new()
        {
            ReleaseId = Guid.CreateVersion7(at),
            DecisionId = decisionId,
            ReferralId = row.ReferralId,
            Attempt = row.Attempt,
            PersonKey = row.PersonKey,
            Uscc = row.Uscc,
            Purpose = row.Purpose,
            Items = [.. row.Decision.Effective.Where(opened.Values.ContainsKey)],
            Members = opened.Told,
            ConsentId = row.Decision.ConsentId!, // a permit always names its consent
            ConsentSequence = row.Decision.ConsentSequence!.Value,
            PolicyVersion = row.Decision.PolicyVersion,
            Digest = [],
            // PostgreSQL keeps microseconds; a repeat must write the instant it reads back.
            ReleasedAt = new DateTimeOffset(at.UtcTicks - (at.UtcTicks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero),
        };

    private async Task<Opened> Open(
        HubTransaction work, string? relation, DisclosureDecision decision, SealedFile file,
        CancellationToken cancellationToken)
    {
        if (file.Subject is not { } subject)
            return Opened.Nothing;
        var members = file.Members.Where(member => decision.Members.Any(one => one.PersonKey == member.PersonKey)).ToList();
        Guid[] owners =
        [
            subject.SealedFor, subject.HeadKey ?? subject.SealedFor, file.NeedSealedFor,
            .. members.Select(member => member.SealedFor),
        ];
        var keys = await SubjectKeys.Load(work, keyring, [.. owners.Distinct()], cancellationToken);
        try
        {
            // Without the person's key there is nothing left to read: the person was shredded (P13).
            if (Open<PersonIdentity>(keys, subject.SealedFor, subject.Person) is not { } person)
                return Opened.Nothing;
            var values = ReleaseBody.ValuesOf(
                decision.Effective, person,
                Open<HouseholdIdentity>(keys, subject.HeadKey, subject.Household),
                Open<NeedDetail>(keys, file.NeedSealedFor, file.Need));
            return values.ContainsKey(DataItems.Household)
                ? WithHousehold(new Opened(values), relation, decision, person, members, keys)
                : new Opened(values);
        }
        finally
        {
            foreach (var key in keys.Values)
                CryptographicOperations.ZeroMemory(key);
        }
    }

    // A member who consented and of whom nothing can be opened is one of the number.
    private static Opened WithHousehold(
        Opened opened, string? relation, DisclosureDecision decision, PersonIdentity person,
        List<SealedSubject> members, Dictionary<Guid, byte[]> keys)
    {
        if (decision.Members.Count + decision.Others == 0)
            return opened;
        var parts = new List<MemberPart> { new(relation, ReleaseBody.ValuesOf(decision.Effective, person)) };
        var told = new List<MemberPermit>();
        foreach (var permit in decision.Members)
        {
            var known = members.Find(member => member.PersonKey == permit.PersonKey);
            if (known is null || Open<PersonIdentity>(keys, known.SealedFor, known.Person) is not { } other)
                continue;
            var values = ReleaseBody.ValuesOf(permit.Items, other);
            parts.Add(new MemberPart(permit.Relation, values));
            told.Add(permit with { Items = [.. permit.Items.Where(values.ContainsKey)] });
        }

        var others = decision.Others + decision.Members.Count - told.Count;
        return opened with { Household = new HouseholdPart(parts, others), Told = told };
    }

    private static T? Open<T>(Dictionary<Guid, byte[]> keys, Guid? owner, byte[]? sealedBytes) where T : class
    {
        if (owner is not { } person || sealedBytes is null || !keys.TryGetValue(person, out var key))
            return null;
        var plain = Sealer.Open(key, sealedBytes);
        try
        {
            return JsonSerializer.Deserialize<T>(plain, JsonSerializerOptions.Web);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
        }
    }

    // In the clear for as long as the answer is being written, and prints nothing.
    private sealed record Opened(SortedDictionary<string, string> Values)
    {
        public static Opened Nothing => new(new SortedDictionary<string, string>(StringComparer.Ordinal));

        public HouseholdPart? Household { get; init; }

        public IReadOnlyList<MemberPermit> Told { get; init; } = [];

        public override string ToString() => "opened values";
    }
}
