using System.Text.Json;
using System.Text.Json.Serialization;
using IntegrationHub.Bus;
using IntegrationHub.Consent;
using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Contracts.Messages;
using IntegrationHub.Database;
using IntegrationHub.Disclosure;
using IntegrationHub.Failures;
using IntegrationHub.Identity;
using IntegrationHub.Intake;
using IntegrationHub.Outbox;
using IntegrationHub.Policy;
using IntegrationHub.Protection;
using IntegrationHub.Referrals;

namespace IntegrationHub.Pipeline.Redrive;

/// <summary>
/// Says what sending failed messages again would do now, by asking the stations that own what they are about. A page of
/// messages costs a few statements. The preview asks here, and the driver again just before it sends.
/// </summary>
internal sealed class RedriveVerdicts(
    MessageCatalogue messages, EndpointCatalogue endpoints, IdentityStation identity, IErasureGate erasures, Keyring keyring,
    PolicyBook policies, TimeProvider time)
{
    private const string Offered = "referral.offered";

    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web)
    {
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip, // an envelope of an older version is no error
    };

    /// <summary>A verdict for each, by the id of its failure.</summary>
    public async Task<Dictionary<long, string>> Of(
        HubTransaction work, IReadOnlyCollection<FailedMessage> failed, CancellationToken cancellationToken)
    {
        var verdicts = new Dictionary<long, string>(failed.Count);
        foreach (var closed in failed.Where(one => one.State != FailureState.Open))
            verdicts[closed.FailureId] = RedriveVerdict.Closed;
        var open = failed.Where(one => one.State == FailureState.Open).ToList();
        await AddRecords(work, [.. open.Where(one => one.IsRecord)], verdicts, cancellationToken);
        await AddMessages(work, [.. open.Where(one => !one.IsRecord)], verdicts, cancellationToken);
        return verdicts;
    }

    /// <summary>The message in an envelope, as its endpoint expects it; null when it is none.</summary>
    public object? Read(FailedMessage failed) =>
        endpoints.TryFind(failed.Endpoint, out var endpoint) && endpoint.KindOf(failed.MessageType, messages) is { } kind
            ? Read(failed.Body, kind.Type)
            : null;

    public static object? Read(byte[] envelope, Type type)
    {
        try
        {
            using var document = JsonDocument.Parse(envelope);
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("message", out var message)
                    ? message.Deserialize(type, s_json)
                    : null;
        }
        catch (Exception failure) when (failure is JsonException or NotSupportedException)
        {
            return null;
        }
    }

    /// <summary>The record in a sealed body; null when it was emptied or cannot be read.</summary>
    public CanonicalRecord? ReadRecord(byte[] body)
    {
        if (body.Length == 0)
            return null;
        try
        {
            return JsonSerializer.Deserialize<CanonicalRecord>(keyring.OpenFromStore(body), JsonSerializerOptions.Web);
        }
        catch (Exception failure) when (failure is JsonException or NotSupportedException)
        {
            return null;
        }
    }

    private async Task AddRecords(
        HubTransaction work, List<FailedMessage> failed, Dictionary<long, string> verdicts, CancellationToken cancellationToken)
    {
        if (failed.Count == 0)
            return;
        var read = failed.ConvertAll(one => (one.FailureId, Record: ReadRecord(one.Body)));
        var records = read.Where(one => one.Record is not null).Select(one => (one.FailureId, Record: one.Record!)).ToList();
        foreach (var (failureId, _) in read.Where(one => one.Record is null))
            verdicts[failureId] = RedriveVerdict.SchemaInvalid;
        var isErased = await erasures.Open(work, cancellationToken);
        var known = await EffectStore.Known(work, records.Select(one => one.Record.SourceKey), cancellationToken);
        var members = await IdentityStation.KnownMembers(
            work, [.. records.Where(one => one.Record is MemberRecord).Select(one => one.Record.SourceKey)], cancellationToken);
        var overtaken = await OvertakenConsents(work, [.. records.Select(one => one.Record).OfType<ConsentRecord>()], cancellationToken);
        foreach (var (failureId, record) in records)
        {
            KnownEffect? newest = known.TryGetValue(record.SourceKey, out var effect) ? effect : null;
            if (members.TryGetValue(record.SourceKey, out var member) && (newest is null || newest.Value.Version < member.Version))
                newest = member;
            verdicts[failureId] = isErased(record) ? RedriveVerdict.Expired : OfRecord(record, newest, overtaken);
        }
    }

    /// <summary>Pure: what a record says against the newest that took effect, and against the ledger of consents.</summary>
    internal static string OfRecord(
        CanonicalRecord record, KnownEffect? newest, IReadOnlySet<(string ConsentId, int Sequence)> overtaken) => newest switch
        {
            { } effect when effect.Version > record.Version => RedriveVerdict.Superseded,
            { } effect when effect.Version == record.Version => effect.Against(record) == EffectVerdict.Conflict
                ? RedriveVerdict.Contradicted
                : RedriveVerdict.AlreadyApplied,
            _ => record is ConsentRecord told && overtaken.Contains((told.Event.ConsentId, told.Event.Sequence))
                ? RedriveVerdict.Superseded
                : RedriveVerdict.WouldApply,
        };

    // Scenario 4: an old Given has nothing to say once a later event of the same consent is on record.
    private async Task<HashSet<(string, int)>> OvertakenConsents(
        HubTransaction work, List<ConsentRecord> told, CancellationToken cancellationToken)
    {
        if (told.Count == 0)
            return [];
        var people = told.Select(record => identity.PersonKeyOf(record.IdNo)).Distinct().ToList();
        var persons = await PersonBook.KeysOf(work, people, cancellationToken);
        Guid[] keys = [.. persons.Values.SelectMany(person => person.Keys).Distinct()];
        var book = await ConsentLedger.EventsOf(work, keys, cancellationToken);
        var newest = book.Of(keys).Events
            .GroupBy(known => known.ConsentId)
            .ToDictionary(same => same.Key, same => same.Max(known => known.Sequence));
        return
        [
            .. told.Where(record => record.Event.Type == ConsentEventType.Given
                    && newest.TryGetValue(record.Event.ConsentId, out var sequence) && sequence > record.Event.Sequence)
                .Select(record => (record.Event.ConsentId, record.Event.Sequence)),
        ];
    }

    private async Task AddMessages(
        HubTransaction work, List<FailedMessage> failed, Dictionary<long, string> verdicts, CancellationToken cancellationToken)
    {
        if (failed.Count == 0)
            return;
        var known = failed.Where(one => endpoints.TryFind(one.Endpoint, out _)).ToList();
        foreach (var stray in failed.Except(known))
            verdicts[stray.FailureId] = RedriveVerdict.SchemaInvalid; // nobody there consumes it any more
        var waiting = await MessageOutbox.StillWaiting(
            work, known.ConvertAll(one => (one.MessageId, ConsumerOf(one))), cancellationToken);
        var toAsk = new List<(FailedMessage Failed, object Message)>();
        foreach (var one in known)
        {
            if (!waiting.Contains((one.MessageId, ConsumerOf(one))))
                verdicts[one.FailureId] = RedriveVerdict.AlreadyApplied;
            else if (Read(one) is { } message)
                toAsk.Add((one, message));
            else
                verdicts[one.FailureId] = RedriveVerdict.SchemaInvalid;
        }

        await AddChunks(work, toAsk, verdicts, cancellationToken);
        await AddOffers(work, [.. toAsk.Where(one => one.Failed.Endpoint == FanOutEndpoint)], verdicts, cancellationToken);
        foreach (var (one, _) in toAsk)
            verdicts.TryAdd(one.FailureId, RedriveVerdict.WouldApply); // they find out what is true when they come
    }

    private const string FanOutEndpoint = "hub.fan-out";

    private static async Task AddChunks(
        HubTransaction work, List<(FailedMessage Failed, object Message)> asked, Dictionary<long, string> verdicts,
        CancellationToken cancellationToken)
    {
        var chunks = asked.Where(one => one.Message is ProcessChunk).ToList();
        if (chunks.Count == 0)
            return;
        var states = await ChunkStore.States(
            work, [.. chunks.Select(one => ((ProcessChunk)one.Message).ChunkId).Distinct()], cancellationToken);
        foreach (var (one, message) in chunks)
        {
            verdicts[one.FailureId] = states.GetValueOrDefault(((ProcessChunk)message).ChunkId) switch
            {
                null => RedriveVerdict.Expired,
                "WAITING" => RedriveVerdict.WouldApply,
                _ => RedriveVerdict.AlreadyApplied,
            };
        }
    }

    // What would reach an organisation is decided as if it were said for the first time now (scenarios 3 and 29).
    private async Task AddOffers(
        HubTransaction work, List<(FailedMessage Failed, object Message)> asked, Dictionary<long, string> verdicts,
        CancellationToken cancellationToken)
    {
        var offers = asked
            .SelectMany(one => ((EventsRecorded)one.Message).Events
                .Where(told => told.Type == Offered)
                .Select(told => Offer.Of(one.Failed.FailureId, told)))
            .ToList();
        if (offers.Count == 0)
            return;
        var referrals = await ReferralStore.Find(
            work, [.. offers.Select(offer => offer.ReferralId).Distinct()], cancellationToken);
        var needs = await NeedBook.Load(
            work, [.. referrals.Values.Select(referral => referral.NeedId).Distinct()], cancellationToken);
        var known = offers.Where(offer => referrals.ContainsKey(offer.ReferralId)).ToList();
        var cases = await DisclosureCase.Load(
            work,
            [
                .. known.Select(offer => new DisclosureQuestion(
                    DisclosureStep.Offer, needs[referrals[offer.ReferralId].NeedId], offer.Uscc)),
            ],
            policies, time, cancellationToken);
        var ofOffers = known.Zip(cases, (offer, one) => (
                Offer: offer,
                Verdict: OfOffer(referrals[offer.ReferralId], offer.Attempt, DisclosureRules.Decide(one.Request))))
            .ToLookup(one => one.Offer.FailureId, one => one.Verdict);
        foreach (var (failed, message) in asked)
        {
            var events = ((EventsRecorded)message).Events;
            var ownOffers = ofOffers[failed.FailureId].ToList();
            var unknown = events.Count(told => told.Type == Offered) - ownOffers.Count;
            // One event that may be told is enough: the others are decided once more when they are sent.
            var mayBeTold = events.Any(told => told.Type != Offered) || ownOffers.Contains(RedriveVerdict.WouldApply);
            if (!mayBeTold)
                verdicts[failed.FailureId] = ownOffers.Count > 0 ? ownOffers[0] : RedriveVerdict.Expired;
            else if (unknown == events.Count)
                verdicts[failed.FailureId] = RedriveVerdict.Expired;
        }
    }

    /// <summary>Pure: may an offer that was never told still be told?</summary>
    internal static string OfOffer(Referral referral, int attempt, DisclosureDecision decision) =>
        !decision.Permitted ? ReasonCode.IsAboutRecipient(decision.Reason)
            ? RedriveVerdict.RecipientBlocked
            : RedriveVerdict.ConsentBlocked
        : referral.Attempt > attempt ? RedriveVerdict.Superseded
        : referral.State == ReferralState.Offered ? RedriveVerdict.WouldApply
        : RedriveVerdict.Expired;

    private string ConsumerOf(FailedMessage failed) =>
        endpoints.TryFind(failed.Endpoint, out var known) ? known.Consumer : "";

    private sealed record Offer(long FailureId, Guid ReferralId, int Attempt, string Uscc)
    {
        public static Offer Of(long failureId, HubEvent told)
        {
            using var data = JsonDocument.Parse(told.Data);
            return new Offer(
                failureId, Guid.Parse(told.Subject), data.RootElement.GetProperty("attempt").GetInt32(),
                data.RootElement.GetProperty("uscc").GetString()!); // written by ReferralEvents
        }
    }
}
