using System.Diagnostics;
using System.Globalization;
using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Database;
using IntegrationHub.Identity;
using IntegrationHub.Identity.Linkage;
using IntegrationHub.Policy;
using IntegrationHub.Protection;
using IntegrationHub.Testing.Populations;

namespace IntegrationHub.Benchmarks.Identity;

/// <summary>What became of a labelled population, and how long it took.</summary>
internal sealed record LabelledResult(
    ConfusionTable Table, LinkageOutcome Outcome, TimeSpan Loaded, TimeSpan Linked, IReadOnlyList<string> FalseLinks,
    IReadOnlyList<string> Missed)
{
    /// <summary>Who each record was found to be.</summary>
    public required IReadOnlyDictionary<string, Guid> Groups { get; init; }
}

/// <summary>
/// Takes a labelled population through the hub's own identity station and linkage, on a real database, and compares what
/// it made of the records with the truth.
/// </summary>
internal sealed class LabelledRun(HubDatabase database, string contractsFolder)
{
    private const int ChunkSize = 2_000;
    private const int ShowAtMost = 40;

    private readonly Keyring _keyring = new(new byte[32]);

    /// <summary>The records in the order given, linked once all are in, or after each of several portions.</summary>
    public async Task<LabelledResult> Run(
        IReadOnlyList<LabelledRecord> records, int portions, CancellationToken cancellationToken)
    {
        var (loaded, linked) = (TimeSpan.Zero, TimeSpan.Zero);
        var outcome = new LinkageOutcome(0, 0, 0, 0, 0, 0);
        foreach (var portion in records.Chunk((records.Count / portions) + 1))
        {
            var started = Stopwatch.GetTimestamp();
            await Load(portion, cancellationToken);
            loaded += Stopwatch.GetElapsedTime(started);
            started = Stopwatch.GetTimestamp();
            outcome = await Link(cancellationToken);
            linked += Stopwatch.GetElapsedTime(started);
        }

        var (groups, reviews) = await Groups(records, cancellationToken);
        var table = ConfusionTable.Of(groups, [.. reviews.Select(review => (review.One, review.Other, review.Kind))]);
        return new LabelledResult(table, outcome, loaded, linked, FalseLinks(groups), Missed(groups, reviews))
        {
            Groups = groups.ToDictionary(one => one.Record.Record, one => one.Group),
        };
    }

    public async Task<LinkageOutcome> Link(CancellationToken cancellationToken)
    {
        var linkage = new IdentityLinkage(_keyring, PolicyFile.Book(contractsFolder), TimeProvider.System);
        await using var work = await database.Begin(cancellationToken);
        var outcome = await linkage.Run(work, cancellationToken);
        await work.Commit(cancellationToken);
        return outcome;
    }

    private async Task Load(IReadOnlyList<LabelledRecord> records, CancellationToken cancellationToken)
    {
        var station = new IdentityStation(_keyring);
        var households = records.Where(record => record.Division.Length > 0)
            .DistinctBy(record => (record.HouseholdRef, record.Division, record.Phone)).Select(HouseholdOf).ToList();
        foreach (var chunk in households.Chunk(ChunkSize))
        {
            await using var work = await database.Begin(cancellationToken);
            await station.Apply(work, chunk, cancellationToken);
            await work.Commit(cancellationToken);
        }

        foreach (var chunk in records.Select(MemberOf).Chunk(ChunkSize))
        {
            await using var work = await database.Begin(cancellationToken);
            await station.KeepMembers(work, chunk, probablyNew: true, cancellationToken);
            await work.Commit(cancellationToken);
        }
    }

    private HouseholdRecord HouseholdOf(LabelledRecord record)
    {
        var key = _keyring.Index("labelled-household", $"{HouseholdRefOf(record)}|{record.Division}|{record.Phone}");
        return new HouseholdRecord
        {
            SourceKey = key,
            Version = 1,
            ContentHash = key,
            HouseholdRef = HouseholdRefOf(record),
            HeadIdNo = null,
            HeadName = "",
            Division = record.Division,
            Phone = record.Phone.Length > 0 ? record.Phone : null,
        };
    }

    private MemberRecord MemberOf(LabelledRecord record)
    {
        var (idNo, assurance, unusable) = ReadId(record.IdNo);
        return new MemberRecord
        {
            SourceKey = _keyring.Index("labelled", record.Record),
            Version = 1,
            ContentHash = _keyring.Index("labelled", string.Join('|', record.Record, record.IdNo, record.Name, record.Birth)),
            HouseholdRef = HouseholdRefOf(record),
            IdNo = idNo,
            IdAssurance = assurance,
            UnusableIdNo = unusable,
            Name = record.Name,
            NameQuality = NameComparison.IsDegraded(record.Name) ? NameQuality.Degraded : NameQuality.Ok,
            Sex = record.Sex.Length > 0 ? record.Sex : null,
            BornOn = DateOnly.TryParse(record.Birth, CultureInfo.InvariantCulture, out var born) ? born : null,
        };
    }

    // A record of no household is alone in one of its own.
    private static string HouseholdRefOf(LabelledRecord record) =>
        record.HouseholdRef.Length > 0 ? record.HouseholdRef : $"of {record.Record}";

    // As intake reads a number, except that one which cannot be is kept to be compared, not set aside with its row.
    private static (string? IdNo, IdAssurance Assurance, string? Unusable) ReadId(string text)
    {
        var number = text.Trim().ToUpperInvariant();
        if (number.Length == 0)
            return (null, IdAssurance.None, null);
        if (ResidentId.TryParse(number, out var id))
            return (id.Value, IdAssurance.Stated, null);
        if (number.Length == 15 && number.All(char.IsAsciiDigit))
        {
            var digits = $"{number[..6]}19{number[6..]}";
            if (ResidentId.TryParse(digits + ResidentId.CheckCharacterFor(digits), out var derived))
                return (derived.Value, IdAssurance.Derived, null);
        }

        return (null, IdAssurance.None, number);
    }

    private async Task<(List<LinkedRecord> Groups, List<(Guid One, Guid Other, string Kind)> Reviews)> Groups(
        IReadOnlyList<LabelledRecord> records, CancellationToken cancellationToken)
    {
        await using var work = await database.Begin(cancellationToken);
        var faces = (await work.Query(
            "select source_key, person_key, name_index from identity.member", [],
            row => (Source: row.GetGuid(0), Face: new Face(row.GetGuid(1), row.GetGuid(2))), cancellationToken))
            .ToDictionary(row => row.Source, row => row.Face);
        var contested = faces.Values.Distinct().CountBy(face => face.PersonKey)
            .Where(person => person.Value > 1).Select(person => person.Key).ToHashSet();
        var aliases = await work.Query(
            "select alias_key, person_key, name_index, into_key, automatic from identity.alias", [],
            row => new Alias(row.GetGuid(0), row.GetGuid(1), row.ValueOrNull<Guid>(2), row.GetGuid(3), row.GetBoolean(4)),
            cancellationToken);
        var reader = new ProfileReader(_keyring);
        var keyOf = records.ToDictionary(
            record => record.Record,
            record => faces[_keyring.Index("labelled", record.Record)] is var face && contested.Contains(face.PersonKey)
                ? reader.KeyOfName(face)
                : face.PersonKey);
        var reviews = await ReviewStore.List(work, Review.Open, null, int.MaxValue, cancellationToken);
        var persons = PersonKeys.Of(
            keyOf.Values.Concat(reviews.SelectMany(review => new[] { review.One.Key, review.Other.Key })), aliases);
        return (
            [.. records.Select(record => new LinkedRecord(record, persons[keyOf[record.Record]].PersonKey))],
            [.. reviews.Select(review => (persons[review.One.Key].PersonKey, persons[review.Other.Key].PersonKey, review.Kind))]);
    }

    // Made-up people: their records may be shown.
    private static List<string> FalseLinks(List<LinkedRecord> groups) =>
    [
        .. groups.GroupBy(one => one.Group)
            .Where(group => group.Select(one => one.Record.Person).Distinct().Count() > 1)
            .Take(ShowAtMost)
            .Select(group => string.Join(" | ", group.Select(one => Text(one.Record)))),
    ];

    private static List<string> Missed(List<LinkedRecord> groups, List<(Guid One, Guid Other, string Kind)> reviews)
    {
        var joined = reviews.SelectMany(review => new[] { (review.One, review.Other), (review.Other, review.One) }).ToHashSet();
        return
        [
            .. groups.GroupBy(one => one.Record.Person)
                .Where(person => person.DistinctBy(one => one.Group).ToList() is { Count: > 1 } parts
                    && !parts.Skip(1).Any(part => joined.Contains((parts[0].Group, part.Group))))
                .Take(ShowAtMost)
                .Select(person => string.Join(" | ", person.Select(one => Text(one.Record)))),
        ];
    }

    private static string Text(LabelledRecord record) => string.Join(
        ' ', record.Record, record.Person, record.IdNo, record.Name, record.Sex, record.Birth, record.Division, record.HouseholdRef, record.Phone);
}
