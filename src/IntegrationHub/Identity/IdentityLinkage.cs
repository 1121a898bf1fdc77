using System.Text.Json;
using IntegrationHub.Audit;
using IntegrationHub.Database;
using IntegrationHub.Identity.Linkage;
using IntegrationHub.Policy;
using IntegrationHub.Protection;

namespace IntegrationHub.Identity;

/// <summary>What one run of the linkage did.</summary>
public sealed record LinkageOutcome(long Pairs, int Links, int Undone, int Reviews, int Deferred, int BlocksOver);

/// <summary>
/// Finds the records of one person that no id number joins: after a run's last chunk, before its needs are routed, for
/// whoever is new or changed since it last looked. What it is sure of it links by aliases, what it is not sure of it
/// asks a person (docs/adr/2611-identity-linkage.md).
/// </summary>
public sealed class IdentityLinkage(Keyring keyring, PolicyBook policies, TimeProvider time)
{
    internal const string Actor = "hub";

    private const int SampleSize = 3_000;
    private const int TrainingPairs = 40_000;
    private const int BatchPairs = 4_000;
    private const int LeastRoom = 20;
    private const double SureByRule = 1_000;

    private readonly ProfileReader _reader = new(keyring);

    private IdentityRules Rules => policies.Require(HubCalendar.DayOf(time.GetUtcNow())).Identity;

    /// <summary>Brings the links and the review queue up to date; a run that finds nothing new changes nothing.</summary>
    public async Task<LinkageOutcome> Run(HubTransaction work, CancellationToken cancellationToken)
    {
        await LinkageStore.Lock(work, cancellationToken);
        var (reach, readThrough) = await LinkageStore.Window(work, cancellationToken);
        var records = await LinkageStore.Records(work, cancellationToken);
        var contested = await LinkageStore.Contested(work, reach, cancellationToken);
        var candidates = await LinkageCandidates.Find(
            work, reach, Rules.BlockCap, contested.ToHashSet(), cancellationToken);
        var pairs = candidates.InOrder();

        var model = await Train(work, pairs, cancellationToken);
        var found = new Findings();
        await Score(work, pairs, model, records, found, cancellationToken);
        await JudgeDerived(work, model, records, found, cancellationToken);
        await JudgeContested(work, contested, found, cancellationToken);
        await JudgeStanding(work, reach, model, records, found, cancellationToken);

        var (links, undone, reviews, deferred) = await Settle(work, found, records, cancellationToken);
        await OpenCases(work, reach, found, cancellationToken);
        await ReviewStore.Settle(work, cancellationToken);
        var outcome = new LinkageOutcome(pairs.Count, links, undone, reviews, deferred, candidates.BlocksOver);
        await LinkageStore.Save(work, RowOf(outcome, readThrough, records, model), cancellationToken);
        await AuditLog.Append(work, new AuditFact(Actor, "identity.linked", Rules.RuleVersion, outcome), time, cancellationToken);
        return outcome;
    }

    private async Task<LinkageModel> Train(
        HubTransaction work, List<(Face One, Face Other)> pairs, CancellationToken cancellationToken)
    {
        if (pairs.Count == 0)
            return LinkageModel.Default;
        var sample = await LinkageStore.Sample(work, SampleSize, cancellationToken);
        var drawn = await _reader.Read(work, [.. sample.Select(face => face.PersonKey).Distinct()], cancellationToken);
        var every = Math.Max(1, pairs.Count / TrainingPairs);
        var counts = new Dictionary<Comparison, long>();
        foreach (var batch in pairs.Where((_, i) => i % every == 0).Chunk(BatchPairs))
        {
            var profiles = await Profiles(work, batch, cancellationToken);
            foreach (var (one, other) in Known(batch, profiles))
            {
                // Two whole numbers are two people but for a handful; they would teach what strangers look like.
                if (one.Standing == IdStanding.Full && other.Standing == IdStanding.Full)
                    continue;
                var comparison = ProfileComparison.Compare(one, other);
                counts[comparison] = counts.GetValueOrDefault(comparison) + 1;
            }
        }

        return LinkageTraining.Train(
            [.. sample.Where(drawn.ContainsKey).Select(face => drawn[face])],
            [.. counts.Select(count => new PatternCount(count.Key, count.Value))]);
    }

    private async Task Score(
        HubTransaction work, List<(Face One, Face Other)> pairs, LinkageModel model, long records, Findings found,
        CancellationToken cancellationToken)
    {
        var names = pairs.SelectMany(pair => new[] { pair.One.NameIndex, pair.Other.NameIndex }).ToHashSet();
        var namesakes = await LinkageStore.Namesakes(work, names, cancellationToken);
        foreach (var batch in pairs.Chunk(BatchPairs))
        {
            var profiles = await Profiles(work, batch, cancellationToken);
            var phones = await LinkageStore.PhoneShares(
                work, profiles.Values.SelectMany(profile => profile.Phones).ToHashSet(), cancellationToken);
            foreach (var (one, other) in Known(batch, profiles))
            {
                found.Keep(Judge(
                    one with { Namesakes = namesakes.GetValueOrDefault(one.Face.NameIndex, 1), PhoneShares = phones },
                    other with { Namesakes = namesakes.GetValueOrDefault(other.Face.NameIndex, 1), PhoneShares = phones },
                    model, records), one, other, _reader);
            }
        }
    }

    // Links made before are judged again where a side changed or a new candidate came: they stand while some pair of
    // their group is certain.
    private async Task JudgeStanding(
        HubTransaction work, int reach, LinkageModel model, long records, Findings found, CancellationToken cancellationToken)
    {
        var touched = await LinkageStore.ChangedLinks(work, reach, cancellationToken);
        var around = touched.Concat(found.Edges.SelectMany(finding => new[] { finding.Edge.One, finding.Edge.Other })).ToHashSet();
        var links = (await AliasStore.Around(work, around, ever: false, cancellationToken)).Where(alias => alias.Automatic).ToList();
        if (links.Count == 0)
            return;
        var groups = PersonKeys.Of(links.Select(alias => alias.AliasKey), links);
        var profiles = await _reader.Read(work, [.. groups.Values.SelectMany(group => group.Keys).Distinct()], cancellationToken);
        var namesakes = await LinkageStore.Namesakes(
            work, profiles.Keys.Select(face => face.NameIndex).ToHashSet(), cancellationToken);
        var phones = await LinkageStore.PhoneShares(
            work, profiles.Values.SelectMany(profile => profile.Phones).ToHashSet(), cancellationToken);
        var byPerson = profiles.Values
            .Select(profile => profile with { Namesakes = namesakes.GetValueOrDefault(profile.Face.NameIndex, 1), PhoneShares = phones })
            .ToLookup(profile => profile.Face.PersonKey);
        foreach (var alias in links.Where(alias => byPerson[alias.IntoKey].Any()))
        {
            var edges = from one in byPerson[alias.AliasKey]
                        from key in groups[alias.AliasKey].Keys
                        where key != alias.AliasKey
                        from other in byPerson[key]
                        select (One: one, Other: other, Edge: Judge(one, other, model, records));
            var isCertain = false;
            foreach (var (one, other, edge) in edges)
            {
                found.Keep(edge, one, other, _reader);
                isCertain |= edge.Verdict == LinkageVerdict.Certain;
            }

            if (!isCertain)
                found.Broken.Add(alias.AliasKey);
        }
    }

    private LinkageEdge Judge(Profile one, Profile other, LinkageModel model, long records)
    {
        var comparison = ProfileComparison.Compare(one, other);
        return LinkageRules.Decide(
            one, other, comparison, LinkageScore.Of(one, other, comparison, model, records), Rules);
    }

    // Fifteen digits whose eighteen nobody else states are theirs; else name and birth decide, or a person.
    private async Task JudgeDerived(
        HubTransaction work, LinkageModel model, long records, Findings found, CancellationToken cancellationToken)
    {
        foreach (var batch in (await LinkageStore.Derived(work, cancellationToken)).Chunk(BatchPairs))
        {
            var profiles = await _reader.Read(
                work, [.. batch.SelectMany(pair => new[] { pair.Derived, pair.Person })], cancellationToken);
            var byPerson = profiles.Values.ToLookup(profile => profile.Face.PersonKey);
            foreach (var (derived, person) in batch)
            {
                found.WholeNumbers.Add(person);
                foreach (var one in byPerson[derived].Where(profile => profile.Standing == IdStanding.Derived))
                {
                    if (!byPerson[person].Any())
                        found.Keep(Alone(one, person), one, one, _reader);
                    foreach (var other in byPerson[person])
                        found.Keep(Judge(one, other, model, records), one, other, _reader);
                }
            }
        }
    }

    private static LinkageEdge Alone(Profile derived, Guid person) => new()
    {
        One = derived.Key.CompareTo(person) < 0 ? derived.Key : person,
        Other = derived.Key.CompareTo(person) < 0 ? person : derived.Key,
        Verdict = LinkageVerdict.Certain,
        Kind = ReviewKind.DerivedId,
        Score = SureByRule,
        Comparison = Comparison.Of(0, 0, 0, 0, 0, 0, (int)IdLevel.Same),
        ByRule = true,
    };

    private async Task JudgeContested(
        HubTransaction work, List<Guid> contested, Findings found, CancellationToken cancellationToken)
    {
        foreach (var batch in contested.Chunk(BatchPairs))
        {
            var profiles = await _reader.Read(work, batch, cancellationToken);
            foreach (var person in profiles.Values.GroupBy(profile => profile.Face.PersonKey))
            {
                var names = person.OrderBy(profile => profile.Key).ToList();
                for (var i = 1; i < names.Count; i++)
                {
                    var edge = Contest(names[0], names[i]);
                    found.Keep(edge, names[0], names[i], _reader);
                    if (edge.Kind == ReviewKind.SharedId)
                        found.Shared.Add(person.Key);
                }
            }
        }
    }

    private static LinkageEdge Contest(Profile one, Profile other)
    {
        var comparison = ProfileComparison.Compare(one, other);
        return new LinkageEdge
        {
            One = one.Key,
            Other = other.Key,
            Verdict = LinkageVerdict.Review,
            Kind = LinkageRules.KindOfConflict(comparison),
            Score = 0,
            Comparison = comparison,
            ByRule = true,
        };
    }

    private async Task<(int Links, int Undone, int Reviews, int Deferred)> Settle(
        HubTransaction work, Findings found, long records, CancellationToken cancellationToken)
    {
        var settlement = await LinkageSettlement.Load(work, keyring, found, Rules.RuleVersion, cancellationToken);
        var room = Math.Max(LeastRoom, (int)(Rules.ReviewShare * records));
        return await settlement.Settle(work, room, time.GetUtcNow(), cancellationToken);
    }

    private async Task OpenCases(HubTransaction work, int reach, Findings found, CancellationToken cancellationToken)
    {
        var shared = await LinkageStore.CountiesOf(work, found.Shared, cancellationToken);
        var cases = found.Shared
            .SelectMany(person => shared[person].Distinct().Select(county => (person, IdentityCase.SharedId, county)))
            .ToHashSet();
        foreach (var (person, counties) in await LinkageStore.TwoCounties(work, reach, cancellationToken))
            cases.UnionWith(counties.Select(county => (person, IdentityCase.TwoCounties, county)));

        var persons = await PersonBook.KeysOf(work, found.Linked, cancellationToken);
        var lived = await LinkageStore.CountiesOf(work, [.. persons.Values.SelectMany(person => person.Keys).Distinct()], cancellationToken);
        foreach (var person in persons.Values)
        {
            var counties = person.Keys.SelectMany(key => lived[key]).Distinct().ToList();
            if (counties.Count > 1)
                cases.UnionWith(counties.Select(county => (person.PersonKey, IdentityCase.TwoCounties, county)));
        }

        await ReviewStore.OpenCases(work, cases, time.GetUtcNow(), cancellationToken);
    }

    private Task<Dictionary<Face, Profile>> Profiles(
        HubTransaction work, IReadOnlyCollection<(Face One, Face Other)> pairs, CancellationToken cancellationToken) =>
        _reader.Read(
            work, [.. pairs.SelectMany(pair => new[] { pair.One.PersonKey, pair.Other.PersonKey }).Distinct()], cancellationToken);

    // A name that only records which ended bear is nobody's any more.
    private static IEnumerable<(Profile One, Profile Other)> Known(
        IEnumerable<(Face One, Face Other)> pairs, Dictionary<Face, Profile> profiles) =>
        from pair in pairs
        where profiles.ContainsKey(pair.One) && profiles.ContainsKey(pair.Other)
        select (profiles[pair.One], profiles[pair.Other]);

    private LinkageRow RowOf(LinkageOutcome outcome, long readThrough, long records, LinkageModel model) => new()
    {
        ReadThrough = readThrough,
        People = records,
        Pairs = outcome.Pairs,
        Links = outcome.Links,
        Reviews = outcome.Reviews,
        Deferred = outcome.Deferred,
        BlocksOver = outcome.BlocksOver,
        RuleVersion = Rules.RuleVersion,
        Model = JsonSerializer.Serialize(model, JsonSerializerOptions.Web),
        At = time.GetUtcNow(),
    };
}
