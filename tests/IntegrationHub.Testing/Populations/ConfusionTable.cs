using System.Globalization;

namespace IntegrationHub.Testing.Populations;

/// <summary>What the hub made of one record: the people it holds for one, and those a reviewer is asked about.</summary>
/// <param name="Record">The labelled record.</param>
/// <param name="Group">Records of one group were linked by the hub itself.</param>
public sealed record LinkedRecord(LabelledRecord Record, Guid Group);

/// <summary>
/// Pairs of records against the truth. A pair is found by review when a reviewer who answers every open review rightly
/// would have joined its two records.
/// </summary>
public sealed record ConfusionTable
{
    public required int Records { get; init; }
    public required int Persons { get; init; }
    public required long TruePairs { get; init; }
    public required long LinkedTrue { get; init; }
    public required long LinkedFalse { get; init; }
    public required long ReviewTrue { get; init; }
    public required int Reviews { get; init; }
    public required int ReviewsOfOnePerson { get; init; }
    public required IReadOnlyDictionary<string, int> ReviewKinds { get; init; }

    public long Missed => TruePairs - LinkedTrue - ReviewTrue;

    public double Precision => LinkedTrue + LinkedFalse == 0 ? 1 : (double)LinkedTrue / (LinkedTrue + LinkedFalse);

    public double AutomaticRecall => TruePairs == 0 ? 1 : (double)LinkedTrue / TruePairs;

    public double Recall => TruePairs == 0 ? 1 : (double)(LinkedTrue + ReviewTrue) / TruePairs;

    public double ReviewShare => (double)Reviews / Records;

    /// <param name="records">Every record, with its group.</param>
    /// <param name="reviews">The open reviews, between groups.</param>
    public static ConfusionTable Of(
        IReadOnlyList<LinkedRecord> records, IReadOnlyCollection<(Guid One, Guid Other, string Kind)> reviews)
    {
        var peopleOf = records.GroupBy(one => one.Group)
            .ToDictionary(group => group.Key, group => group.Select(one => one.Record.Person).ToHashSet(StringComparer.Ordinal));
        var isTrue = reviews.Where(review => peopleOf[review.One].Overlaps(peopleOf[review.Other])).ToList();
        var reviewsAt = isTrue.ToLookup(review => review.One);
        long truePairs = 0, linked = 0, reachable = 0;
        foreach (var person in records.GroupBy(one => one.Record.Person, StringComparer.Ordinal))
        {
            var groups = person.CountBy(one => one.Group).ToDictionary();
            truePairs += Pairs(person.Count());
            linked += groups.Values.Sum(count => Pairs(count));
            reachable += Reached(groups, [.. groups.Keys.SelectMany(group => reviewsAt[group]).Where(review => groups.ContainsKey(review.Other))]);
        }

        return new ConfusionTable
        {
            Records = records.Count,
            Persons = records.Select(one => one.Record.Person).Distinct(StringComparer.Ordinal).Count(),
            TruePairs = truePairs,
            LinkedTrue = linked,
            LinkedFalse = records.GroupBy(one => one.Group).Sum(group => Pairs(group.Count())) - linked,
            ReviewTrue = reachable - linked,
            Reviews = reviews.Count,
            ReviewsOfOnePerson = isTrue.Count,
            ReviewKinds = reviews.CountBy(review => review.Kind).OrderBy(kind => kind.Key, StringComparer.Ordinal).ToDictionary(),
        };
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        {Persons:N0} persons, {Records:N0} records, {TruePairs:N0} pairs of records of one person
                            one person    two persons
        linked by the hub   {LinkedTrue,10:N0}    {LinkedFalse,11:N0}    precision {Precision:0.000000}
        found by a review   {ReviewTrue,10:N0}    {Reviews - ReviewsOfOnePerson,11:N0}    ({Reviews:N0} reviews)
        missed              {Missed,10:N0}
        recall automatic {AutomaticRecall:0.0000}, with reviews {Recall:0.0000}; reviews {ReviewShare:P2} of records: {string.Join(", ", ReviewKinds.Select(kind => $"{kind.Key} {kind.Value}"))}
        """);

    private static long Pairs(long count) => count * (count - 1) / 2;

    private static long Reached(Dictionary<Guid, int> groups, List<(Guid One, Guid Other, string Kind)> reviews)
    {
        var parents = groups.Keys.ToDictionary(group => group);
        foreach (var (one, other, _) in reviews)
            parents[Root(one)] = Root(other);
        return groups.GroupBy(group => Root(group.Key)).Sum(joined => Pairs(joined.Sum(group => group.Value)));

        Guid Root(Guid group)
        {
            while (parents[group] != group)
                group = parents[group];
            return group;
        }
    }
}
