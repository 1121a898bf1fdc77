using System.Text.Json;
using IntegrationHub.Aid;
using IntegrationHub.Consent;
using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Contracts.Messages;
using IntegrationHub.Database;
using IntegrationHub.Failures;
using IntegrationHub.Identity;
using IntegrationHub.Intake;
using IntegrationHub.Outbox;
using IntegrationHub.Protection;
using IntegrationHub.Referrals;
using IntegrationHub.Telemetry;
using Npgsql;

namespace IntegrationHub.Pipeline;

/// <summary>
/// The whole journey of a chunk of records, in order, in one transaction: claim, recognise what is new, take it through
/// the stations, tell, mark done. Read this first. A chunk that throws is split until the one bad record stands alone.
/// </summary>
public sealed class ChunkPipeline(
    HubDatabase database,
    MessageOutbox outbox,
    IdentityStation identity,
    DeathWatch deaths,
    Keyring keyring,
    HubMetrics metrics,
    IErasureGate erasures,
    TimeProvider time)
{
    /// <summary>The name on this consumer's tickets.</summary>
    public const string Consumer = "pipeline";

    /// <summary>False if the message or the chunk was done before.</summary>
    public async Task<bool> Process(Guid messageId, Guid chunkId, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        await using var work = await database.Begin(cancellationToken);
        if (!await MessageOutbox.Claim(work, messageId, Consumer, cancellationToken)
            || await ChunkStore.Claim(work, keyring, chunkId, cancellationToken) is not { } chunk)
        {
            await work.Commit(cancellationToken);
            return false;
        }

        var records = await LetIn(work, chunk, cancellationToken);
        await TakeTurns(work, records, cancellationToken);
        var outcome = await ApplyOrSplit(work, records, chunk.AllNew, SetAsideAs.Themselves, cancellationToken);
        outcome = outcome with { Held = outcome.Held + chunk.Records.Count - records.Count };
        await ChunkStore.Done(work, chunkId, outcome, time.GetUtcNow(), cancellationToken);
        if (chunk.RunId is { } runId && await RunStore.ChunkDone(work, runId, time.GetUtcNow(), cancellationToken))
            await outbox.Send(work, new LinkPeople { RunId = runId }, cancellationToken);
        await work.Commit(cancellationToken);

        metrics.ChunkProcessed(outcome.Applied, outcome.Held, outcome.Failed, time.GetElapsedTime(started));
        return true;
    }

    /// <summary>
    /// Takes records that failed alone through the stations again, each filed anew under its own name if it fails again, and
    /// returns those names. Who was erased meanwhile is left out.
    /// </summary>
    internal async Task<IReadOnlySet<Guid>> ProcessAgain(
        HubTransaction work, IReadOnlyDictionary<CanonicalRecord, Guid> names, CancellationToken cancellationToken)
    {
        var isErased = await erasures.Open(work, cancellationToken);
        List<CanonicalRecord> records = [.. names.Keys.Where(record => !isErased(record)).OrderBy(record => record.Version)];
        if (records.Count == 0)
            return new HashSet<Guid>();
        var again = new SetAsideAs(names);
        await TakeTurns(work, records, cancellationToken);
        await ApplyOrSplit(work, records, allNew: false, again, cancellationToken);
        return again.Names;
    }

    // An end and an older state of the same member may come at one moment, the older one out of Failures. Whoever ends
    // members waits for those who keep some and the other way round, so that the second sees what the first has done.
    private static Task TakeTurns(HubTransaction work, IReadOnlyList<CanonicalRecord> records, CancellationToken cancellationToken) =>
        records.Any(record => record is EndedRecord { Type: "CY" }) ? EffectStore.TakeTurn(work, alone: true, cancellationToken)
        : records.Any(record => record is MemberRecord) ? EffectStore.TakeTurn(work, alone: false, cancellationToken)
        : Task.CompletedTask;

    // Who was erased while the chunk waited does not come in (P13).
    private async Task<IReadOnlyList<CanonicalRecord>> LetIn(HubTransaction work, Chunk chunk, CancellationToken cancellationToken)
    {
        var isErased = await erasures.Open(work, cancellationToken);
        var held = chunk.Records.Where(isErased).ToList();
        if (held.Count == 0)
            return chunk.Records;
        await HeldRecords.Add(work, chunk.ChunkId, held, IErasureGate.Code, time.GetUtcNow(), cancellationToken);
        return [.. chunk.Records.Except(held, ReferenceEqualityComparer.Instance).Cast<CanonicalRecord>()];
    }

    private async Task<ChunkOutcome> ApplyOrSplit(
        HubTransaction work, IReadOnlyList<CanonicalRecord> records, bool allNew, SetAsideAs aside,
        CancellationToken cancellationToken)
    {
        var savepoint = $"records_{records.Count}";
        await work.Save(savepoint, cancellationToken);
        try
        {
            var outcome = await Apply(work, records, allNew, aside, cancellationToken);
            await work.Release(savepoint, cancellationToken);
            return outcome;
        }
        catch (Exception failure) when (IsAboutTheRecords(failure))
        {
            await work.RollbackTo(savepoint, cancellationToken);
            aside.Forget(records);
            if (records.Count == 1)
            {
                await SetAside(work, records[0], failure, aside, cancellationToken);
                return new ChunkOutcome(0, 0, 1);
            }
        }

        var half = records.Count / 2;
        var first = await ApplyOrSplit(work, [.. records.Take(half)], allNew, aside, cancellationToken);
        var second = await ApplyOrSplit(work, [.. records.Skip(half)], allNew, aside, cancellationToken);
        return new ChunkOutcome(first.Applied + second.Applied, first.Held + second.Held, first.Failed + second.Failed);
    }

    private async Task<ChunkOutcome> Apply(
        HubTransaction work, IReadOnlyList<CanonicalRecord> records, bool allNew, SetAsideAs aside,
        CancellationToken cancellationToken)
    {
        // Members keep the memory of their effect in their own row; every other kind claims it first.
        var contradictions = await KeepMembers(work, [.. records.OfType<MemberRecord>()], allNew, cancellationToken);
        var others = records.Where(record => record is not MemberRecord).ToList();
        if (others.Count > 0)
        {
            var verdicts = await EffectStore.Claim(work, others, cancellationToken);
            var fresh = others.Where(record => verdicts[record] == EffectVerdict.Apply).OrderBy(record => record.SourceKey).ToList();
            await ApplyFresh(work, fresh, cancellationToken);
            await PeopleChanges.Tell(
                work, outbox, await WhoseChanged(work, fresh, allNew, cancellationToken), cancellationToken);
            contradictions.AddRange(others.Where(record => verdicts[record] == EffectVerdict.Conflict));
        }

        foreach (var record in contradictions)
            await SetAside(work, record, new RecordConflictException(), aside, cancellationToken);
        return new ChunkOutcome(records.Count - contradictions.Count, contradictions.Count, 0);
    }

    // A member that ended before its older state came is known by the end's own effect.
    private async Task<List<CanonicalRecord>> KeepMembers(
        HubTransaction work, List<MemberRecord> members, bool allNew, CancellationToken cancellationToken)
    {
        if (members.Count == 0)
            return [];
        var newest = members.GroupBy(member => member.SourceKey).Select(same => same.MaxBy(member => member.Version)!).ToList(); // never empty
        var ended = await EffectStore.Known(work, newest.Select(member => member.SourceKey), cancellationToken);
        var standing = newest.Where(member => !ended.TryGetValue(member.SourceKey, out var end) || end.Version < member.Version).ToList();
        var verdicts = await identity.KeepMembers(work, standing, allNew, cancellationToken);
        if (!allNew)
        {
            var changed = standing.Where(member => verdicts[member.SourceKey] == EffectVerdict.Apply)
                .Select(member => identity.WhoseIs(member).PersonKey).ToHashSet();
            await PeopleChanges.Tell(work, outbox, changed, cancellationToken);
        }

        await deaths.AfterMembers(
            work, [.. standing.Where(member => verdicts[member.SourceKey] == EffectVerdict.Apply)], allNew, cancellationToken);
        var told = standing.ToDictionary(member => member.SourceKey, member => new KnownEffect(member.SourceKey, member.Version, member.ContentHash));
        return
        [
            .. standing.Where(member => verdicts[member.SourceKey] == EffectVerdict.Conflict),
            .. members.Except(newest, ReferenceEqualityComparer.Instance).Cast<MemberRecord>()
                .Where(member => told.TryGetValue(member.SourceKey, out var known) && known.Against(member) == EffectVerdict.Conflict),
        ];
    }

    // Whom these records may have changed something about that was released; of consents ConsentChanges tells. What was
    // never seen before changes nothing, so that a first load pays nothing for this.
    private async Task<HashSet<Guid>> WhoseChanged(
        HubTransaction work, List<CanonicalRecord> fresh, bool allNew, CancellationToken cancellationToken)
    {
        if (allNew)
            return [];
        var changed = fresh.OfType<NeedRecord>().Select(record => identity.PersonKeyOf(record.IdNo)).ToHashSet();
        var households = fresh.OfType<HouseholdRecord>().Select(record => record.HouseholdRef).Distinct().ToList();
        if (households.Count > 0)
            changed.UnionWith(await NeedBook.PeopleOfHouseholds(work, households, cancellationToken));
        return changed;
    }

    private async Task ApplyFresh(HubTransaction work, List<CanonicalRecord> fresh, CancellationToken cancellationToken)
    {
        if (fresh.Count == 0)
            return;
        await identity.Apply(work, fresh, cancellationToken);
        await ApplyAid(work, fresh, cancellationToken);
        await ApplyConsent(work, fresh, cancellationToken);
        await ApplyReferrals(work, fresh, cancellationToken);
    }

    private async Task ApplyAid(HubTransaction work, List<CanonicalRecord> records, CancellationToken cancellationToken)
    {
        var government = records.OfType<GovAidRecord>()
            .Select(record => new GovAidRow(record, identity.PersonKeyOf(record.PayeeIdNo))).ToList();
        if (government.Count > 0)
            await AidStore.UpsertGov(work, government, time.GetUtcNow(), cancellationToken);
        var ended = EndedKeys(records, "FF");
        var people = government.Select(row => row.PersonKey).ToHashSet();
        if (ended.Length > 0)
            people.UnionWith(await AidStore.EndGov(work, ended, cancellationToken));
        await AidChanges.Tell(work, outbox, people, cancellationToken);

        var charity = records.OfType<CharityAidRecord>().ToList();
        if (charity.Count == 0)
            return;
        await AidStore.UpsertCharity(work, charity, time.GetUtcNow(), cancellationToken);
        await outbox.Send(
            work, new AidChanged { PersonKeys = [], AidIds = [.. charity.Select(record => record.Aid.AidId).Distinct()] }, cancellationToken);
        await outbox.Send(work, new EventsRecorded { Events = charity.ConvertAll(AidRecorded) }, cancellationToken);
    }

    private async Task ApplyConsent(HubTransaction work, List<CanonicalRecord> records, CancellationToken cancellationToken)
    {
        var events = records.OfType<ConsentRecord>()
            .Select(record => (identity.PersonKeyOf(record.IdNo), record.Event with
            {
                GivenBy = record.GiverRef is { } giver ? identity.GiverKeyOf(giver) : null,
            }))
            .ToList();
        await ConsentChanges.Record(work, outbox, events, ConsentOrigin.Source, time.GetUtcNow(), cancellationToken);
    }

    private async Task ApplyReferrals(HubTransaction work, List<CanonicalRecord> records, CancellationToken cancellationToken)
    {
        var needs = records.OfType<NeedRecord>().ToList();
        if (needs.Count > 0)
        {
            var keys = await SubjectKeys.LoadOrAdd(
                work, keyring, [.. needs.Select(need => identity.PersonKeyOf(need.IdNo))], probablyNew: false, cancellationToken);
            var toApply = needs.ConvertAll(need => Seal(need, keys));
            await NeedBook.Apply(work, toApply, cancellationToken);
            await ReverseBook.Link(work, toApply, cancellationToken);
        }

        var ended = EndedKeys(records, "XQ");
        if (ended.Length > 0)
            await NeedBook.End(work, ended, cancellationToken);
        var organisations = records.OfType<OrganisationRecord>().ToList();
        if (organisations.Count > 0)
            await OrganisationDirectory.Apply(work, organisations, cancellationToken);
    }

    private NeedToApply Seal(NeedRecord need, Dictionary<Guid, byte[]> keys)
    {
        var person = identity.PersonKeyOf(need.IdNo);
        var detail = new NeedDetail { Reason = need.Reason, Amount = need.Amount };
        return new NeedToApply(
            need.SourceKey, need.Version, person, need,
            Sealer.Seal(keys[person], JsonSerializer.SerializeToUtf8Bytes(detail, JsonSerializerOptions.Web)));
    }

    // Sealed whole and kept until a person decides: nothing that came in is ever only counted.
    private Task SetAside(
        HubTransaction work, CanonicalRecord record, Exception failure, SetAsideAs aside, CancellationToken cancellationToken)
    {
        var body = keyring.SealForStore(JsonSerializer.SerializeToUtf8Bytes(record, JsonSerializerOptions.Web));
        return FailureStore.Record(
            work,
            new FailedRecord(aside.NameOf(record), record.GetType().Name, failure, body) { Division = DivisionOf(record) },
            time.GetUtcNow(), cancellationToken);
    }

    private static string? DivisionOf(CanonicalRecord record) => record switch
    {
        HouseholdRecord household => household.Division,
        NeedRecord need => need.Division,
        _ => null,
    };

    private HubEvent AidRecorded(CharityAidRecord record) => new()
    {
        EventId = keyring.Index("event", $"charity-aid.recorded|{record.Aid.AidId}|{record.Version}"),
        Type = "charity-aid.recorded",
        Subject = record.Aid.AidId,
        Time = time.GetUtcNow(),
        Data = JsonSerializer.Serialize(
            new { aidId = record.Aid.AidId, version = record.Aid.Version, uscc = record.Aid.Uscc, referralId = record.Aid.ReferralId },
            JsonSerializerOptions.Web),
    };

    private static Guid[] EndedKeys(List<CanonicalRecord> records, string type) =>
        [.. records.OfType<EndedRecord>().Where(record => record.Type == type).Select(record => record.SourceKey)];

    // A lost connection, a deadlock or a shutdown says nothing about a record: the whole message is tried again.
    private static bool IsAboutTheRecords(Exception failure) =>
        failure is not OperationCanceledException
        && failure is not NpgsqlException { IsTransient: true }
        && (failure is PostgresException || failure is not NpgsqlException);

    /// <summary>Under which names records are set aside, and which were.</summary>
    private sealed class SetAsideAs(IReadOnlyDictionary<CanonicalRecord, Guid>? names)
    {
        private readonly Dictionary<CanonicalRecord, Guid> _aside = new(ReferenceEqualityComparer.Instance);

        /// <summary>Each under the key of its source.</summary>
        public static SetAsideAs Themselves => new(null);

        public IReadOnlySet<Guid> Names => _aside.Values.ToHashSet();

        public Guid NameOf(CanonicalRecord record) => _aside[record] = names?[record] ?? record.SourceKey;

        // What was set aside in a half that is rolled back was not.
        public void Forget(IReadOnlyList<CanonicalRecord> records)
        {
            foreach (var record in records)
                _aside.Remove(record);
        }
    }
}
