using System.Text.Json;
using System.Text.Json.Serialization;
using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Database;
using IntegrationHub.Identity.Linkage;
using IntegrationHub.Protection;

namespace IntegrationHub.Identity;

/// <summary>
/// Knows who a record is about, and keeps members, households and recognitions with their identity sealed. All records of
/// a chunk at once: one statement a table, however many records.
/// </summary>
public sealed class IdentityStation(Keyring keyring)
{
    /// <summary>The key of the person an id number names. No lookup: anyone with the master key gets the same.</summary>
    public Guid PersonKeyOf(string idNo) => keyring.PersonKey("resident-id", idNo);

    /// <summary>
    /// The pseudonym of who spoke for a person: the person's own key where it is a number, so that a guardian who is known
    /// to the hub is the same one.
    /// </summary>
    public Guid GiverKeyOf(string giver) => PersonKeyOf(giver.Trim().ToUpperInvariant());

    /// <summary>
    /// Whose record this is: the person its number names; without one, a person of the record alone; with fifteen digits
    /// the person of those, until the linkage knows more.
    /// </summary>
    internal (Guid PersonKey, string Rule) WhoseIs(MemberRecord member) => member switch
    {
        { IdNo: null } => (ProvisionalKeyOf(member.SourceKey), MatchRule.Provisional),
        { IdAssurance: IdAssurance.Derived } => (keyring.PersonKey("derived-id", member.IdNo), MatchRule.DerivedId),
        _ => (PersonKeyOf(member.IdNo), MatchRule.SameIdAndName),
    };

    /// <summary>The person a record is about, or null where it is about nobody.</summary>
    public Guid? OwnerOf(CanonicalRecord record) => record switch
    {
        MemberRecord member => WhoseIs(member).PersonKey,
        HouseholdRecord household => HeadOf(household),
        RecognitionRecord recognition => PersonKeyOf(recognition.IdNo),
        GovAidRecord aid => PersonKeyOf(aid.PayeeIdNo),
        NeedRecord need => PersonKeyOf(need.IdNo),
        ConsentRecord consent => PersonKeyOf(consent.IdNo),
        _ => null,
    };

    /// <summary>Keeps the members, each record of them once, and says what became of every record.</summary>
    /// <param name="work">The open transaction.</param>
    /// <param name="members">Distinct source keys.</param>
    /// <param name="probablyNew">True when none of them should be known yet: then they go in the fast way first.</param>
    /// <param name="cancellationToken">Stops between statements.</param>
    public async Task<Dictionary<Guid, EffectVerdict>> KeepMembers(
        HubTransaction work, IReadOnlyCollection<MemberRecord> members, bool probablyNew, CancellationToken cancellationToken)
    {
        // In key order, so that two transactions never wait for each other, and an index page is touched once a chunk.
        var ordered = members.OrderBy(member => member.SourceKey).ToList();
        var people = ordered.ConvertAll(WhoseIs);
        var keys = await SubjectKeys.LoadOrAdd(
            work, keyring, people.ConvertAll(person => person.PersonKey), probablyNew, cancellationToken);
        var rows = ordered.Zip(people, (member, person) => new MemberRow(
            member, person.PersonKey, keyring.Index("name", NameComparison.MatchForm(member.Name)), person.Rule,
            Seal(member, keys[person.PersonKey])));
        await RememberDerived(work, ordered, people, cancellationToken);
        var kept = await MemberStore.Keep(work, [.. rows], probablyNew, cancellationToken);

        var verdicts = kept.ToDictionary(key => key, _ => EffectVerdict.Apply);
        if (kept.Count == ordered.Count)
            return verdicts;
        var rest = ordered.Where(member => !kept.Contains(member.SourceKey)).ToList();
        var known = await MemberStore.Known(work, rest.Select(member => member.SourceKey), cancellationToken);
        foreach (var member in rest)
            verdicts[member.SourceKey] = known[member.SourceKey].Against(member);
        return verdicts;
    }

    /// <summary>The newest states of these members that took effect.</summary>
    internal static async Task<Dictionary<Guid, KnownEffect>> KnownMembers(
        HubTransaction work, IReadOnlyCollection<Guid> sourceKeys, CancellationToken cancellationToken) =>
        sourceKeys.Count == 0 ? [] : await MemberStore.Known(work, sourceKeys, cancellationToken);

    /// <summary>Keeps the households and recognitions among the records, and ends what its source stopped sending.</summary>
    public async Task Apply(HubTransaction work, IReadOnlyList<CanonicalRecord> records, CancellationToken cancellationToken)
    {
        var households = records.OfType<HouseholdRecord>().ToList();
        if (households.Count > 0)
        {
            var keys = await SubjectKeys.LoadOrAdd(
                work, keyring, households.ConvertAll(HeadOf), probablyNew: false, cancellationToken);
            await IdentityStore.UpsertHouseholds(work, households.ConvertAll(household => Seal(household, keys)), cancellationToken);
        }

        var recognitions = records.OfType<RecognitionRecord>().ToList();
        if (recognitions.Count > 0)
        {
            await IdentityStore.UpsertRecognitions(
                work, recognitions.ConvertAll(record => new RecognitionRow(record, PersonKeyOf(record.IdNo))), cancellationToken);
        }

        var ended = records.OfType<EndedRecord>().Where(record => record.Type is "HZ" or "RD").ToList();
        if (ended.Count > 0)
            await IdentityStore.End(work, ended, cancellationToken);
        var gone = records.OfType<EndedRecord>().Where(record => record.Type is "CY").ToList();
        if (gone.Count > 0)
            await MemberStore.End(work, gone, cancellationToken);
    }

    private async Task RememberDerived(
        HubTransaction work, List<MemberRecord> members, List<(Guid PersonKey, string Rule)> people,
        CancellationToken cancellationToken)
    {
        var derived = members.Zip(people)
            .Where(pair => pair.Second.Rule == MatchRule.DerivedId)
            .Select(pair => (pair.Second.PersonKey, PersonKeyOf(pair.First.IdNo!))) // the rule needs a number
            .Distinct().Order().ToList();
        if (derived.Count > 0)
            await MemberStore.RememberDerived(work, derived, cancellationToken);
    }

    private Guid ProvisionalKeyOf(Guid sourceKey) => keyring.PersonKey("provisional", sourceKey.ToString("N"));

    private Guid HeadOf(HouseholdRecord household) =>
        household.HeadIdNo is { } head ? PersonKeyOf(head) : ProvisionalKeyOf(household.SourceKey);

    private static byte[] Seal(MemberRecord member, byte[] key)
    {
        var identity = new PersonIdentity
        {
            Name = member.Name,
            IdNo = member.IdNo,
            UnusableIdNo = member.UnusableIdNo,
            NameIsDegraded = member.NameQuality == NameQuality.Degraded ? true : null,
            Sex = member.Sex,
            BornOn = member.BornOn,
            Health = member.Health,
            DisabilityNo = member.DisabilityNo,
            LabourAbility = member.LabourAbility,
            EducationStage = member.EducationStage,
        };
        return Sealer.Seal(key, JsonSerializer.SerializeToUtf8Bytes(identity, IdentityJson.Default.PersonIdentity));
    }

    private HouseholdRow Seal(HouseholdRecord household, Dictionary<Guid, byte[]> keys)
    {
        var head = HeadOf(household);
        var identity = new HouseholdIdentity
        {
            HeadName = household.HeadName,
            Phone = household.Phone,
            ResidenceAddress = household.ResidenceAddress,
            RegisteredAddress = household.RegisteredAddress,
            MemberCount = household.MemberCount,
        };
        return new HouseholdRow(
            household, head,
            Sealer.Seal(keys[head], JsonSerializer.SerializeToUtf8Bytes(identity, IdentityJson.Default.HouseholdIdentity)),
            household.Phone is { Length: > 0 } phone ? keyring.Index("phone", phone) : null);
    }
}

/// <summary>How sealed identity is written: generated, because it is written for every person of a province.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PersonIdentity))]
[JsonSerializable(typeof(HouseholdIdentity))]
internal sealed partial class IdentityJson : JsonSerializerContext;
