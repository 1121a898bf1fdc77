using System.Text.Json;
using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Database;
using IntegrationHub.Protection;

namespace IntegrationHub.Identity;

/// <summary>
/// Knows who a record is about, and keeps people, households and recognitions with their identity sealed. All records of
/// a chunk at once: one statement a table, however many records.
/// </summary>
public sealed class IdentityStation(Keyring keyring, TimeProvider time)
{
    /// <summary>The key of the person an id number names. No lookup: anyone with the master key gets the same.</summary>
    public Guid PersonKeyOf(string idNo) => keyring.PersonKey("resident-id", idNo);

    /// <summary>Keeps the households, members and recognitions among the records.</summary>
    public async Task Apply(HubTransaction work, IReadOnlyList<CanonicalRecord> records, CancellationToken cancellationToken)
    {
        var households = records.OfType<HouseholdRecord>().ToList();
        var members = records.OfType<MemberRecord>().ToList();
        var recognitions = records.OfType<RecognitionRecord>().ToList();

        var keys = await SubjectKeys.LoadOrAdd(
            work, keyring,
            [.. households.Select(household => PersonKeyOf(household.HeadIdNo)).Concat(members.Select(member => PersonKeyOf(member.IdNo)))],
            cancellationToken);
        await KeepMembers(work, members, keys, cancellationToken);
        if (households.Count > 0)
            await IdentityStore.UpsertHouseholds(work, households.ConvertAll(household => Seal(household, keys)), cancellationToken);
        if (recognitions.Count > 0)
        {
            await IdentityStore.UpsertRecognitions(
                work, recognitions.ConvertAll(record => new RecognitionRow(record, PersonKeyOf(record.IdNo))), cancellationToken);
        }

        var ended = records.OfType<EndedRecord>().Where(record => record.Type is "HZ" or "CY" or "RD").Select(record => record.SourceKey).ToArray();
        if (ended.Length > 0)
            await IdentityStore.End(work, ended, cancellationToken);
    }

    private async Task KeepMembers(
        HubTransaction work, List<MemberRecord> members, Dictionary<Guid, byte[]> keys, CancellationToken cancellationToken)
    {
        if (members.Count == 0)
            return;
        var now = time.GetUtcNow();
        var stated = members.ConvertAll(member => new StatedPerson(
            member.SourceKey, PersonKeyOf(member.IdNo), keyring.Index("name", PersonNames.Normalise(member.Name)), member.Version));
        var verdicts = PersonMatcher.Fold(stated);
        var bySource = members.ToDictionary(member => member.SourceKey);
        await IdentityStore.UpsertPeople(
            work, [.. verdicts.Select(verdict => Seal(bySource[verdict.Kept.SourceKey], verdict, keys))], now, cancellationToken);

        var conflicts = verdicts.Where(verdict => verdict.Conflict).Select(verdict => verdict.Kept.PersonKey).ToHashSet();
        await IdentityStore.UpsertLinks(
            work,
            stated.ConvertAll(person => new LinkRow(
                person.SourceKey, person.PersonKey, person.NameIndex,
                conflicts.Contains(person.PersonKey) ? MatchRule.SharedId : MatchRule.SameIdAndName)),
            now, cancellationToken);
        await IdentityStore.UpsertMembers(
            work, members.ConvertAll(member => new MemberRow(member, PersonKeyOf(member.IdNo))), cancellationToken);
    }

    private static PersonRow Seal(MemberRecord member, PersonVerdict verdict, Dictionary<Guid, byte[]> keys)
    {
        var identity = new PersonIdentity
        {
            Name = member.Name,
            IdNo = member.IdNo,
            Sex = member.Sex,
            BornOn = member.BornOn,
            Health = member.Health,
            DisabilityNo = member.DisabilityNo,
            LabourAbility = member.LabourAbility,
            EducationStage = member.EducationStage,
        };
        return new PersonRow(verdict, member.BornOn, member.Sex, Seal(identity, keys[verdict.Kept.PersonKey]));
    }

    private HouseholdRow Seal(HouseholdRecord household, Dictionary<Guid, byte[]> keys)
    {
        var head = PersonKeyOf(household.HeadIdNo);
        var identity = new HouseholdIdentity
        {
            HeadName = household.HeadName,
            Phone = household.Phone,
            ResidenceAddress = household.ResidenceAddress,
            RegisteredAddress = household.RegisteredAddress,
            MemberCount = household.MemberCount,
        };
        return new HouseholdRow(household, head, Seal(identity, keys[head]));
    }

    private static byte[] Seal<T>(T value, byte[] key) =>
        Sealer.Seal(key, JsonSerializer.SerializeToUtf8Bytes(value, JsonSerializerOptions.Web));
}
