using System.Security.Cryptography;
using System.Text.Json;
using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Database;
using IntegrationHub.Identity.Linkage;
using IntegrationHub.Protection;
using Npgsql;

namespace IntegrationHub.Identity;

/// <summary>
/// Opens what is sealed about people, to compare it: inside the hub, in memory, for no outside party. What comes out
/// goes into levels and scores and is forgotten.
/// </summary>
internal sealed class ProfileReader(Keyring keyring)
{
    internal const string RecordsSql = """
        select person_key, source_key, name_index, born_on, ended, version, rule, sex, household_ref, sealed
          from identity.member
         where person_key = any ($1)
        """;

    internal const string HouseholdsSql = """
        select household_ref, division, phone_index
          from identity.household
         where household_ref = any ($1)
        """;

    /// <summary>The key of one name under a number that several names claim.</summary>
    public Guid KeyOfName(Face face) => keyring.PersonKey("name-of", $"{face.PersonKey:N}|{face.NameIndex:N}");

    /// <summary>The profiles under these keys: one for a person, one for each name where a number is contested.</summary>
    public async Task<Dictionary<Face, Profile>> Read(
        HubTransaction work, IReadOnlyCollection<Guid> people, CancellationToken cancellationToken)
    {
        var records = await work.Query(RecordsSql, [Parameter.As(people.ToArray())], ReadRecord, cancellationToken);
        var places = await PlacesOf(work, records, cancellationToken);
        var keys = await SubjectKeys.Load(work, keyring, people, cancellationToken);
        var profiles = new Dictionary<Face, Profile>();
        foreach (var person in records.GroupBy(record => record.Statement.PersonKey))
        {
            // A person without a key was shredded (P13): there is nothing left to compare.
            if (keys.TryGetValue(person.Key, out var key))
            {
                foreach (var profile in ProfilesOf([.. person], key, places))
                    profiles[profile.Face] = profile;
            }
        }

        foreach (var key in keys.Values)
            CryptographicOperations.ZeroMemory(key);
        return profiles;
    }

    internal const string WordsSql = """
        select person_key, sealed, true
          from identity.member
         where person_key = any ($1)
        union all
        select head_key, sealed, false
          from identity.household
         where head_key = any ($1)
           and length(sealed) > 0
        """;

    /// <summary>
    /// The words by which a person could be found wherever else they stand: numbers, phones, addresses, names. For an erasure,
    /// which looks for them and forgets them.
    /// </summary>
    public async Task<PersonWords> Words(HubTransaction work, IReadOnlyCollection<Guid> people, CancellationToken cancellationToken)
    {
        var rows = await work.Query(
            WordsSql, [Parameter.As(people.ToArray())],
            row => (Owner: row.GetGuid(0), Sealed: row.GetFieldValue<byte[]>(1), IsMember: row.GetBoolean(2)), cancellationToken);
        var keys = await SubjectKeys.Load(work, keyring, people, cancellationToken);
        var (numbers, others) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        foreach (var (owner, sealedBytes, isMember) in rows.Where(row => keys.ContainsKey(row.Owner)))
        {
            if (isMember)
            {
                var identity = Open(keys[owner], sealedBytes);
                numbers.UnionWith(new[] { identity.IdNo, identity.UnusableIdNo, identity.DisabilityNo }.OfType<string>());
                others.Add(identity.Name);
            }
            else
            {
                var plain = Sealer.Open(keys[owner], sealedBytes);
                var household = JsonSerializer.Deserialize(plain, IdentityJson.Default.HouseholdIdentity);
                CryptographicOperations.ZeroMemory(plain);
                others.UnionWith(new[] { household?.Phone, household?.ResidenceAddress, household?.RegisteredAddress, household?.HeadName }.OfType<string>());
            }
        }

        foreach (var key in keys.Values)
            CryptographicOperations.ZeroMemory(key);
        return new PersonWords([.. numbers.Where(word => word.Length >= 8)], [.. others.Where(word => word.Length >= 2)]);
    }

    /// <summary>A keyed hash of all that is compared: the same pair of profiles always has the same.</summary>
    public Guid Fingerprint(Profile one, Profile other)
    {
        string[] sides = [TextOf(one), TextOf(other)];
        Array.Sort(sides, StringComparer.Ordinal);
        return keyring.Index("compared", string.Join('\n', sides));
    }

    private static string TextOf(Profile profile) => string.Join(
        '|', NameComparison.MatchForm(profile.Name), profile.BornOn, profile.Sex, profile.IdNo, profile.UnusableIdNo, profile.Standing);

    private IEnumerable<Profile> ProfilesOf(List<MemberStatement> records, byte[] key, ILookup<string, Place> places)
    {
        var names = records.Where(record => !record.Statement.Ended).Select(record => record.Statement.NameIndex).Distinct().ToList();
        var isContested = names.Count > 1;
        if (!isContested)
            names = [Speaker(records).Statement.NameIndex];
        return names.Select(name => ProfileOf(
            [.. records.Where(record => record.Statement.NameIndex == name)], key, isContested, places));
    }

    private Profile ProfileOf(List<MemberStatement> records, byte[] key, bool isContested, ILookup<string, Place> places)
    {
        var speaker = Speaker(records);
        var identity = Open(key, speaker.Sealed);
        var face = new Face(speaker.Statement.PersonKey, speaker.Statement.NameIndex);
        var households = records.Select(record => record.HouseholdRef).Distinct().ToList();
        var lived = households.SelectMany(household => places[household]).ToList();
        return new Profile
        {
            Key = isContested ? KeyOfName(face) : face.PersonKey,
            Face = face,
            Standing = isContested ? IdStanding.Contested : speaker.Statement.Rule switch
            {
                MatchRule.Provisional => IdStanding.None,
                MatchRule.DerivedId => IdStanding.Derived,
                _ => IdStanding.Full,
            },
            IdNo = identity.IdNo,
            UnusableIdNo = identity.UnusableIdNo,
            Name = identity.Name,
            NameIsDegraded = identity.NameIsDegraded ?? NameComparison.IsDegraded(identity.Name),
            Sex = speaker.Sex,
            BornOn = speaker.Statement.BornOn,
            StatedAt = speaker.Statement.Version,
            OtherBirths =
            [
                .. records.Select(record => record.Statement.BornOn).OfType<DateOnly>()
                    .Where(born => born != speaker.Statement.BornOn).Distinct().Order(),
            ],
            Households = households,
            Divisions = [.. lived.Select(place => place.Division).Distinct()],
            Phones = [.. lived.Select(place => place.PhoneIndex).OfType<Guid>().Distinct()],
        };
    }

    private static MemberStatement Speaker(IEnumerable<MemberStatement> records) =>
        records.OrderBy(record => record.Statement.Ended)
            .ThenByDescending(record => record.Statement.Version)
            .ThenBy(record => record.Statement.SourceKey)
            .First();

    private static PersonIdentity Open(byte[] key, byte[] sealedBytes)
    {
        var plain = Sealer.Open(key, sealedBytes);
        try
        {
            return JsonSerializer.Deserialize(plain, IdentityJson.Default.PersonIdentity)
                ?? throw new InvalidDataException("A sealed person without content.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
        }
    }

    private static async Task<ILookup<string, Place>> PlacesOf(
        HubTransaction work, List<MemberStatement> records, CancellationToken cancellationToken) =>
        (await work.Query(
            HouseholdsSql, [Parameter.As(records.Select(record => record.HouseholdRef).Distinct().ToArray())],
            row => (Ref: row.GetString(0), Place: new Place(row.GetString(1), row.ValueOrNull<Guid>(2))), cancellationToken))
        .ToLookup(row => row.Ref, row => row.Place, StringComparer.Ordinal);

    private static MemberStatement ReadRecord(NpgsqlDataReader row) => new(
        new PersonStatement(
            row.GetGuid(0), row.GetGuid(1), row.GetGuid(2), row.ValueOrNull<DateOnly>(3), row.GetBoolean(4), row.GetInt64(5))
        {
            Rule = row.GetString(6),
        },
        row.TextOrNull(7), row.GetString(8), row.GetFieldValue<byte[]>(9));

    private sealed record MemberStatement(PersonStatement Statement, string? Sex, string HouseholdRef, byte[] Sealed);

    private sealed record Place(string Division, Guid? PhoneIndex);
}

/// <summary>What a person could be found by. It prints nothing.</summary>
internal sealed record PersonWords(IReadOnlyList<string> Numbers, IReadOnlyList<string> Others)
{
    public IReadOnlyList<string> All => [.. Numbers, .. Others];

    public override string ToString() => "a person's words";
}
