namespace IntegrationHub.Reconciliation;

/// <summary>Where a difference stands, by name.</summary>
public static class DifferenceState
{
    public const string Open = "OPEN";

    /// <summary>Its owner was asked to send it again.</summary>
    public const string Asked = "ASKED";

    /// <summary>The hub sent what its book says.</summary>
    public const string Sent = "SENT";

    /// <summary>Somebody said why it may stay.</summary>
    public const string Accepted = "ACCEPTED";

    /// <summary>A run proved that it is gone.</summary>
    public const string Closed = "CLOSED";
}

/// <summary>A difference that has not been proved gone.</summary>
public sealed record LivingDifference
{
    public required Guid DifferenceId { get; init; }
    public required string Level { get; init; }
    public required string Class { get; init; }
    public required string Source { get; init; }
    public required string Key { get; init; }

    /// <summary>Whose turn it is: a partner's source code, or <see cref="Difference.Hub"/>.</summary>
    public required string Owner { get; init; }
    public required string State { get; init; }
    public required DateTimeOffset FirstSeenAt { get; init; }
    public required DateTimeOffset LastSeenAt { get; init; }
    public string? Reason { get; init; }

    public (string, string, string, string) Name => (Level, Class, Source, Key);
}

/// <summary>What a run means for the differences there were.</summary>
public sealed record LifeChanges(
    IReadOnlyList<Difference> Found, IReadOnlyList<LivingDifference> Seen, IReadOnlyList<LivingDifference> Gone);

/// <summary>
/// The life of differences, pure: the first run that finds one without a reason opens it, each that finds it again sees
/// it, and the first that looks and does not find it proves it gone. A source that could not be read proves nothing.
/// </summary>
public static class DifferenceLife
{
    public static LifeChanges Step(
        IReadOnlyCollection<LivingDifference> living, IReadOnlyCollection<Difference> found, IReadOnlySet<string> looked)
    {
        var known = living.ToDictionary(one => one.Name);
        var now = found.Where(HasLife).ToDictionary(one => (one.Level, one.Class, one.Source, one.Key));
        return new LifeChanges(
            [.. now.Where(one => !known.ContainsKey(one.Key) && one.Value.Explained is null).Select(one => one.Value)],
            [.. living.Where(one => now.ContainsKey(one.Name))],
            [.. living.Where(one => !now.ContainsKey(one.Name) && looked.Contains(one.Source))]);
    }

    /// <summary>The same report, with those explained that somebody accepted.</summary>
    public static IReadOnlyList<Difference> WithAccepted(
        IReadOnlyList<Difference> found, IReadOnlyCollection<LivingDifference> living)
    {
        var accepted = living.Where(one => one.State == DifferenceState.Accepted).Select(one => one.Name).ToHashSet();
        return
        [
            .. found.Select(one => one.Explained is null && accepted.Contains((one.Level, one.Class, one.Source, one.Key))
                ? one with { Explained = DifferenceReason.Accepted }
                : one),
        ];
    }

    // A file belongs to its night: the next one looks at other files and proves nothing about it.
    private static bool HasLife(Difference one) => one.Level is DifferenceLevel.Record or DifferenceLevel.Payment;

    /// <summary>
    /// Who can end it: what the giver has and the hub has not, the giver sends again; what the giver lacks, the giver
    /// enters; what the informed side lacks or has otherwise, the hub tells again.
    /// </summary>
    public static string OwnerOf(Difference one, BookRole role) => role == BookRole.Giver ? one.Source : Difference.Hub;

    /// <summary>True if policy lets the hub heal it by itself: telling again what its book says harms nobody.</summary>
    public static bool HealsItself(Difference one, IEnumerable<string> allowed) =>
        one.Level == DifferenceLevel.Record && allowed.Contains($"{one.Source}:{one.Class}");
}
