using IntegrationHub.Contracts;
using IntegrationHub.Database;

namespace IntegrationHub.Policy;

/// <summary>
/// Every version of the rules (R01): the one in force on a day, and the one a decision was made under. Versions are only
/// ever added, so what was read stays true; <see cref="PolicyWatch"/> brings in what is new. Nobody pays a round trip to
/// ask for the rules.
/// </summary>
public sealed class PolicyBook
{
    private readonly HubDatabase? _database;
    private readonly Lock _first = new();
    private volatile IReadOnlyList<PolicyPack>? _packs;

    public PolicyBook(HubDatabase database) => _database = database;

    private PolicyBook(IReadOnlyList<PolicyPack> packs) => _packs = packs;

    /// <summary>A book of these versions and no others.</summary>
    public static PolicyBook Of(params IEnumerable<PolicyPack> packs) =>
        new([.. packs.OrderBy(pack => pack.EffectiveFrom)]);

    /// <summary>Every version, the oldest first.</summary>
    public IReadOnlyList<PolicyPack> All => _packs ?? ReadFirst();

    /// <summary>
    /// The rules in force on a day, or null: then nothing is decided, and no other version stands in. A version without
    /// an end ends where the next one begins.
    /// </summary>
    public PolicyPack? On(DateOnly day) =>
        All.LastOrDefault(pack => pack.EffectiveFrom <= day) is { } pack && !(pack.EffectiveTo < day) ? pack : null;

    /// <summary>The rules a decision was made under; null if they were never here.</summary>
    public PolicyPack? Version(string version) => All.FirstOrDefault(pack => pack.Version == version);

    /// <summary>The rules in force on a day, for work that cannot be done without.</summary>
    /// <exception cref="HubProblemException"><c>policy.missing</c>.</exception>
    public PolicyPack Require(DateOnly day) => On(day) ?? throw new HubProblemException(
        "policy.missing", $"No version of the policy pack is in force on {day:yyyy-MM-dd}.",
        "Publish one with `hub policy publish`, or see what there is with `hub policy show`.");

    /// <summary>Reads the versions that have come since; true if there were any.</summary>
    internal async Task<bool> Refresh(CancellationToken cancellationToken)
    {
        if (_database is null)
            return false;
        await using var work = await _database.Begin(cancellationToken);
        var versions = await PolicyStore.Versions(work, cancellationToken);
        if (_packs is { } known && versions.SetEquals(known.Select(pack => pack.Version)))
            return false;
        _packs = await PolicyStore.All(work, cancellationToken);
        return true;
    }

    // Whoever asks first waits: an empty book would refuse what the rules allow.
    private IReadOnlyList<PolicyPack> ReadFirst()
    {
        lock (_first)
            return _packs ??= PolicyStore.AllNow(_database!); // a book without a database has its packs from the start
    }
}
